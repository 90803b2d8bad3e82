/** Files that outlive a crash. */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.file;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
