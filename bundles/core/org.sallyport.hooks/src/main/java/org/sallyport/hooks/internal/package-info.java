/** The hook dispatcher. */
@NullMarked
package org.sallyport.hooks.internal;

import org.jspecify.annotations.NullMarked;
