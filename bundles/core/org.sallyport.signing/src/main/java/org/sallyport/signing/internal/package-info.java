/** Who signed a plugin: the gates {@code signature} and {@code tier}, keys, and what was accepted before. */
@NullMarked
package org.sallyport.signing.internal;

import org.jspecify.annotations.NullMarked;
