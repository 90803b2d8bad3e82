/**
 * What goes between host and worker, the same on both sides: bounded frames over a socket, values of a closed list of types,
 * calls of objects that the other side has.
 */
@NullMarked
package org.sallyport.worker.internal.wire;

import org.jspecify.annotations.NullMarked;
