/** The registry's stores: in memory, and as a file that survives whatever happens to the process. */
@NullMarked
package org.sallyport.registry.internal;

import org.jspecify.annotations.NullMarked;
