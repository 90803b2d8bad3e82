/** Clients by a pair of streams. */
@NullMarked
package org.sallyport.gateway.internal.stdio;

import org.jspecify.annotations.NullMarked;
