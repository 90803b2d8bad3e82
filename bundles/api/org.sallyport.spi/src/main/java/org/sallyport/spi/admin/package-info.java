/**
 * Verbs of administration: one service each, from which shell, command line and REST derive the same words.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.sallyport.spi.admin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
