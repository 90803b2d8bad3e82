/**
 * What the content plugins share: walking a message, merging what detectors found, and deciding. Compiled into each of
 * them; never installed.
 *
 * <p>All scanning is linear in the text: a detector reads forward, looks back a bounded number of characters, and after
 * a failed attempt never reads the same stretch again from another start.
 */
@NullMarked
package org.sallyport.plugin.scan;

import org.jspecify.annotations.NullMarked;
