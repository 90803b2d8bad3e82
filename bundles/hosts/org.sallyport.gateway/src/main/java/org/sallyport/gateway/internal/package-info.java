/** The MCP gateway: clients on one side, servers on the other, every message through the policy chain between them. */
@NullMarked
package org.sallyport.gateway.internal;

import org.jspecify.annotations.NullMarked;
