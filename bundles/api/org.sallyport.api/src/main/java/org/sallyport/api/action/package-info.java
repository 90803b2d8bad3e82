/**
 * Actions: operations that a plugin offers by name, with a parameter schema and a result.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.api.action;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
