@NullMarked
package org.sallyport.sandbox.internal;

import org.jspecify.annotations.NullMarked;
