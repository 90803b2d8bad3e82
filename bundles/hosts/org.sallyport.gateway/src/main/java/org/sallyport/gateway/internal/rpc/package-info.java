/** JSON-RPC messages as bytes and documents, and changing one value of them without writing the rest anew. */
@NullMarked
package org.sallyport.gateway.internal.rpc;

import org.jspecify.annotations.NullMarked;
