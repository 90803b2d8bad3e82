/**
 * What is wanted and what is: the registry's stores.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.registry;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
