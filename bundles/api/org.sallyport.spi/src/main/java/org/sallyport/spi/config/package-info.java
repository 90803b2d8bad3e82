/**
 * Configuration: where it comes from, how it is checked, how it reaches those who are configured.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.config;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
