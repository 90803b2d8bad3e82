/**
 * Events: what a plugin publishes and subscribes to, by topic.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.api.event;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
