/**
 * What a plugin says of itself and what the platform gives it: {@link org.sallyport.api.plugin.SallyportPlugin} and
 * {@link org.sallyport.api.plugin.PluginContext}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.api.plugin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
