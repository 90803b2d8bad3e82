/** Commands of the Gogo shell. */
@NullMarked
package org.sallyport.gogo.internal;

import org.jspecify.annotations.NullMarked;
