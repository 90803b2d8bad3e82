/** Plugins as MCP interceptors, which others can call (SEP-2624). */
@NullMarked
package org.sallyport.gateway.internal.interceptor;

import org.jspecify.annotations.NullMarked;
