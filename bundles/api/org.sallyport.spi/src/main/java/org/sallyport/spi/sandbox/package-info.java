/**
 * Where plugins run: in the host's process like its own code, confined in it, or in a process of their own.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.sandbox;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
