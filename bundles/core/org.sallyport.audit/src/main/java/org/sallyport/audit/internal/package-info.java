/** The audit of life-cycle events. */
@NullMarked
package org.sallyport.audit.internal;

import org.jspecify.annotations.NullMarked;
