/** Keys: who is trusted for what, and the keys of this home folder. */
@NullMarked
package org.sallyport.signing.internal.keys;

import org.jspecify.annotations.NullMarked;
