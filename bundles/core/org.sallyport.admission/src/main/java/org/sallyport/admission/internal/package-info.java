/** Admission: brings plugins in, keeps them alive beside one another, swaps and retires them. */
@NullMarked
package org.sallyport.admission.internal;

import org.jspecify.annotations.NullMarked;
