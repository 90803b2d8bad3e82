@NullMarked
package org.sallyport.sandbox.woven;

import org.jspecify.annotations.NullMarked;
