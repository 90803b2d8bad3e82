/** The servers behind the gateway: child processes, Streamable HTTP servers, and plugins that are called in-process. */
@NullMarked
package org.sallyport.gateway.internal.upstream;

import org.jspecify.annotations.NullMarked;
