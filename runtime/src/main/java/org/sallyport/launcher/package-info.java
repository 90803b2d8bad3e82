/**
 * Starts Sallyport: {@link org.sallyport.launcher.Sallyport} for applications that embed it, {@code Main} for the command
 * line. A plain jar, no bundle: it makes the framework that bundles live in.
 */
@NullMarked
package org.sallyport.launcher;

import org.jspecify.annotations.NullMarked;
