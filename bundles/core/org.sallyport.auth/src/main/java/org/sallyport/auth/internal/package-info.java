@NullMarked
package org.sallyport.auth.internal;

import org.jspecify.annotations.NullMarked;
