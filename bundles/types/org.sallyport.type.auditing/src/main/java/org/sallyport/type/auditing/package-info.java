/**
 * The plugin type {@code auditing}: plugins that take notice of what the others decided.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.type.auditing;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
