@NullMarked
package org.sallyport.plugin.interceptor.internal;

import org.jspecify.annotations.NullMarked;
