@NullMarked
package org.sallyport.sandbox.internal.weave;

import org.jspecify.annotations.NullMarked;
