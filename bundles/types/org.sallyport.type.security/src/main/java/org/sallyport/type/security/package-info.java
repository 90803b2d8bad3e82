/**
 * The plugin type {@code security}: plugins that decide on a message: allow it, block it, or let it go on with parts removed.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.type.security;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
