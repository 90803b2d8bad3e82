package org.sallyport.gateway.internal.rpc;

import java.util.Optional;
import org.sallyport.api.document.Document;

/** Words of the modern era, and what every request of it has to say (specification 2026-07-28, "Base protocol"). */
public final class Modern {
    /** The revision. */
    public static final String REVISION = "2026-07-28";

    /** In {@code _meta} of a request: the revision it is written in. */
    public static final String VERSION = "io.modelcontextprotocol/protocolVersion";

    /** In {@code _meta} of a request: what its client can do. */
    public static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

    /** In {@code _meta} of a request: who its client is. */
    public static final String CLIENT = "io.modelcontextprotocol/clientInfo";

    /** In {@code _meta} of a request: the least level of log messages that its client wants. */
    public static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";

    /** In {@code _meta} of what comes on a subscription: the id of the request that began it. */
    public static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

    /** In {@code _meta} of a result: who the server is. */
    public static final String SERVER = "io.modelcontextprotocol/serverInfo";

    /** The request that begins a subscription. */
    public static final String LISTEN = "subscriptions/listen";

    /** The first message of a subscription. */
    public static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

    /** The request for what a server is and can do. */
    public static final String DISCOVER = "server/discover";

    private Modern() {}

    /** What is wrong with what a request says of itself; empty if nothing is. */
    public static Optional<RpcError> problem(Frame request) {
        Document meta = request.document().at("params", "_meta");
        Document version = meta.get(VERSION);
        if (!version.isString()) {
            return missing(VERSION, "the protocol version, a string");
        } else if (!meta.get(CAPABILITIES).isObject()) {
            return missing(CAPABILITIES, "the client's capabilities, an object");
        } else if (!version.text("").equals(REVISION)) {
            return Optional.of(new RpcError(
                    RpcError.UNSUPPORTED_VERSION,
                    "The protocol version of the request is not supported; use [" + REVISION + "]",
                    Document.object("supported", Document.array(Document.of(REVISION)))
                            .with("requested", version)));
        }
        return Optional.empty();
    }

    private static Optional<RpcError> missing(String key, String what) {
        return Optional.of(
                new RpcError(RpcError.INVALID_PARAMS, "A request has to say in [_meta] under [" + key + "] " + what));
    }
}
