/**
 * A client's session: its requests on their way through the policy chain to servers, and what servers send back.
 * Nothing here knows how the client is connected.
 */
@NullMarked
package org.sallyport.gateway.internal.session;

import org.jspecify.annotations.NullMarked;
