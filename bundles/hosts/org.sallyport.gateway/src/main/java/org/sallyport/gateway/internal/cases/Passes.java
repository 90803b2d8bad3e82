package org.sallyport.gateway.internal.cases;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** Messages through the chain of a trial, one at a time. */
final class Passes {
    /** Longest wait for a pass, which the engine decides much sooner. */
    static final int MAX_SECONDS = 60;

    private final PolicyEngine engine;
    private final PolicyEngine.Trial trial;

    Passes(PolicyEngine engine, PolicyEngine.Trial trial) {
        this.engine = engine;
        this.trial = trial;
    }

    Exchange begin(String server) {
        return engine.begin(new PolicyEngine.Party(server, "case", "", "", false));
    }

    PolicyResult request(Exchange exchange, Document message) {
        return pass(exchange, inbound(Message.REQUEST, message.get("method").text(""), message), Optional.empty());
    }

    PolicyResult notification(Exchange exchange, Document message) {
        return pass(
                exchange, inbound(Message.NOTIFICATION, message.get("method").text(""), message), Optional.empty());
    }

    PolicyResult response(Exchange exchange, Document request, Document message) {
        String method = request.get("method").text("");
        return pass(
                exchange,
                inbound(Message.RESPONSE, method, message),
                Optional.of(inbound(Message.REQUEST, method, request)));
    }

    /** The whole message that a case gives a part of: as JSON-RPC sends it. */
    static Document whole(Document message) {
        Map<String, Document> whole = new LinkedHashMap<>();
        whole.put("jsonrpc", Document.of("2.0"));
        message.members().forEach((name, value) -> {
            // Cases write null for parameters that are not there.
            if (!(name.equals("params") && value.isNull())) {
                whole.put(name, value);
            }
        });
        return Document.object(whole);
    }

    private static Inbound inbound(String kind, String method, Document document) {
        return new Inbound(
                Message.MCP, kind, method, document, document.toJson().getBytes(StandardCharsets.UTF_8).length);
    }

    private PolicyResult pass(Exchange exchange, Inbound message, Optional<Message> request) {
        try {
            return trial.pass(exchange, message, request).toCompletableFuture().get(MAX_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new PluginException("no_decision", "The chain did not decide within " + MAX_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw new PluginException("no_decision", "The chain failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("interrupted", "The test was interrupted", e);
        }
    }
}
