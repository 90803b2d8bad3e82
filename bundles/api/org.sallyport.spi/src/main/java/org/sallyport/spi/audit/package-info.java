/**
 * The audit of life-cycle events.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.audit;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
