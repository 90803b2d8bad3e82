@NullMarked
package org.sallyport.sandbox.internal.budget;

import org.jspecify.annotations.NullMarked;
