/**
 * Settings: a plugin's validated configuration for one instance and scope.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.api.config;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
