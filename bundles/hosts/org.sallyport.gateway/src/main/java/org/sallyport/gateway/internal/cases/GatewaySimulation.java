package org.sallyport.gateway.internal.cases;

import java.util.List;
import java.util.function.BiFunction;
import org.sallyport.api.document.Document;

/** A gateway in memory: a client's request, the chain, the servers, and back. */
interface GatewaySimulation {
    /**
     * Answers a client's request.
     *
     * @param passes the chain
     * @param servers the configured servers, in order
     * @param request the whole request
     * @param upstream a server: its name and the request it gets, to the whole answer; {@link Document#NULL} if it
     *     cannot be reached
     * @return the whole answer to the client
     */
    Document answer(
            Passes passes, List<String> servers, Document request, BiFunction<String, Document, Document> upstream);
}
