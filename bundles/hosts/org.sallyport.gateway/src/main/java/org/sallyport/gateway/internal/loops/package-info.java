/** The threads of the gateway's connections, to clients and to servers alike. */
@NullMarked
package org.sallyport.gateway.internal.loops;

import org.jspecify.annotations.NullMarked;
