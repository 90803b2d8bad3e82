/**
 * Who signed a plugin, and how far it is trusted for that.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.trust;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
