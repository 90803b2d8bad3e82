/**
 * The run-time guard of confined plugins: an agent that puts checks into the JDK and the framework.
 *
 * <p>{@code GuardAgent} takes what the JVM gives an agent; {@code RuntimeGuard} arms: it reads the {@code RuleTable}, has {@code
 * GateDefiner} make the {@code Gate} a class of {@code java.base}, has {@code RuleWeaver} put its calls into the guarded methods, and
 * lets {@code SelfTest} prove it. At a check {@code Gate} asks {@code Checker}: {@code CallerFinder} says in whose name, an {@code
 * Act} what it needs, and {@code Confined} whether that was granted.
 */
@NullMarked
package org.sallyport.launcher.internal.guard;

import org.jspecify.annotations.NullMarked;
