@NullMarked
package org.sallyport.plugin.injection.internal;

import org.jspecify.annotations.NullMarked;
