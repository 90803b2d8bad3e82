/**
 * Documents: immutable JSON values, the form in which content crosses the border between the platform and a plugin.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.api.document;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
