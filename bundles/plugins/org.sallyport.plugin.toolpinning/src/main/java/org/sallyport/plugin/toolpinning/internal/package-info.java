/** Tool pinning: what servers say of their tools is remembered, and a change of it is held until it is approved. */
@NullMarked
package org.sallyport.plugin.toolpinning.internal;

import org.jspecify.annotations.NullMarked;
