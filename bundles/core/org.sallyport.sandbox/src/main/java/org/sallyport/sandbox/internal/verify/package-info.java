@NullMarked
package org.sallyport.sandbox.internal.verify;

import org.jspecify.annotations.NullMarked;
