/**
 * Hooks as hosts and operators see them.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.hook;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
