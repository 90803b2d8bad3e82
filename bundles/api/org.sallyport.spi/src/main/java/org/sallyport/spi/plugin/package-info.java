/**
 * Plugins as the platform sees them: descriptors, states, and the set of those that are in service.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.plugin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
