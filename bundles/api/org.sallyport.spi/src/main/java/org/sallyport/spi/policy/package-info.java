/**
 * The policy chain as hosts and plugin types see it.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.policy;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
