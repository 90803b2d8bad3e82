/**
 * What the gateway offers to those who start it.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.gateway;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
