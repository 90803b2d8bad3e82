/**
 * What plugins may do: permissions, who was granted which, and what they were used for.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.permission;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
