/**
 * What is wanted and what is: the registry's stores, and the look-up of plugins and their versions.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.registry;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
