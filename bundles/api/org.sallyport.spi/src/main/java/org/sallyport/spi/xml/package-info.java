/** Reading XML that comes from strangers. */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.xml;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
