/**
 * Who calls from outside: bearer tokens and whose they are.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.auth;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
