/**
 * Hooks: named points where a plugin may watch, change or stop what a host or another plugin is about to do.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.api.hook;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
