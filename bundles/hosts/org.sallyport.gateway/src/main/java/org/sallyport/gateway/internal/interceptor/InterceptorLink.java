package org.sallyport.gateway.internal.interceptor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.upstream.LocalLink;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.gateway.internal.upstream.UpstreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A conversation with the interceptors: a small MCP server that has those and nothing else. */
final class InterceptorLink extends LocalLink {
    private static final Logger log = LoggerFactory.getLogger(InterceptorLink.class);

    private final Interceptors interceptors;
    private final String version;

    InterceptorLink(Interceptors interceptors, String version, Upstream.Inbox inbox) {
        super(inbox);
        this.interceptors = interceptors;
        this.version = version;
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        if (isClosed()) {
            return CompletableFuture.failedFuture(new UpstreamException("The link to the interceptors was closed"));
        } else if (frame.isRequest()) {
            request(frame.method().orElse(""), frame.id(), frame.document().get("params"));
        }
        return CompletableFuture.completedFuture(null);
    }

    private void request(String method, Document id, Document params) {
        switch (method) {
            case "initialize" -> result(id, initialize(params));
            case "ping" -> result(id, Document.EMPTY_OBJECT);
            case "interceptors/list" ->
                result(id, interceptors.list(params.get("event").text("")));
            case "interceptor/invoke" ->
                interceptors.invoke(params).whenComplete((reply, failure) -> {
                    if (failure != null) {
                        log.error("An interceptor could not be called; this is a fault of the gateway", failure);
                        error(
                                id,
                                RpcError.INTERNAL_ERROR,
                                "The interceptor could not be called; see the gateway's log");
                    } else if (reply instanceof Interceptors.Result good) {
                        result(id, good.value());
                    } else if (reply instanceof Interceptors.Failed bad) {
                        error(id, bad.code(), bad.message(), bad.data());
                    }
                });
            default -> error(id, RpcError.METHOD_NOT_FOUND, "Interceptors are here, and no other method");
        }
    }

    private Document initialize(Document params) {
        return Document.fromJava(Map.of(
                "protocolVersion",
                revision(params),
                "capabilities",
                Map.of("interceptor", Map.of("supportedEvents", List.of("*"))),
                "serverInfo",
                Map.of("name", "sallyport", "version", version)));
    }
}
