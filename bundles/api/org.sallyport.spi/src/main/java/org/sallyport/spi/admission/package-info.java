/**
 * The way from a file to a running plugin: its gates and the service that opens the door.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.admission;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
