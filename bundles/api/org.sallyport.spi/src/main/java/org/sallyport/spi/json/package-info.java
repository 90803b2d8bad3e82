/**
 * Reading JSON text into {@link org.sallyport.api.document.Document documents}, with limits and with line and column, and
 * writing large ones.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.json;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
