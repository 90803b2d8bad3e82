/**
 * The side of the host: starts workers, jails them, stands in for what they offer, ends them.
 */
@NullMarked
package org.sallyport.worker.internal.host;

import org.jspecify.annotations.NullMarked;
