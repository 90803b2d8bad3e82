/**
 * The plugin type {@code middleware}: plugins that transform a message or answer a request in place of the upstream.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.type.middleware;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
