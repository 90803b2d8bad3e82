/** The event bus. */
@NullMarked
package org.sallyport.events.internal;

import org.jspecify.annotations.NullMarked;
