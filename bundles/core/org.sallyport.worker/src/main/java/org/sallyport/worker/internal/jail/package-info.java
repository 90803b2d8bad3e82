/**
 * The jail that Java itself makes: Landlock and seccomp of Linux, by {@code java.lang.foreign}. The host makes the first part, the
 * worker the second; there this package is a module of its own, so that nothing else in the process may call native code.
 */
@NullMarked
package org.sallyport.worker.internal.jail;

import org.jspecify.annotations.NullMarked;
