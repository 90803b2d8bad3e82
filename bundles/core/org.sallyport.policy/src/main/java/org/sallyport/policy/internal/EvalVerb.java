package org.sallyport.policy.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * {@code policy:eval}: one message through the chain in service. Nothing is forwarded and no auditor hears of it;
 * statistics and breakers count it.
 */
@Component(service = AdminVerb.class)
public final class EvalVerb implements AdminVerb {
    /** Largest message, in bytes. */
    static final int MAX_MESSAGE = 16 << 20;

    /** Longest wait. A pass may take one deadline for each non-critical plugin that hangs. */
    private static final long MAX_WAIT_SECONDS = 60;

    private final Engine engine;

    @Activate
    public EvalVerb(@Reference PolicyComponent component) {
        this(component.engine());
    }

    EvalVerb(Engine engine) {
        this.engine = engine;
    }

    /**
     * What the chain made of a message.
     *
     * @param outcome as in the audit log
     * @param reason for the caller; empty if the message goes on
     * @param reasonCode for programs
     * @param stages what happened at each plugin
     * @param cleared whether the content is kept out of reports
     * @param changed whether the message after is another one
     * @param message the message after, as JSON; empty if it stops
     */
    public record Evaluation(
            String outcome,
            String reason,
            String reasonCode,
            List<Decision> stages,
            boolean cleared,
            boolean changed,
            String message) {}

    /**
     * What happened at one plugin.
     *
     * @param instance the configured instance
     * @param type the plugin type
     * @param outcome as in the audit log
     * @param reason for people
     * @param reasonCode for programs
     * @param metadata as JSON
     * @param micros how long it took
     * @param error what it threw, or a code such as {@code timeout}
     */
    public record Decision(
            String instance,
            String type,
            String outcome,
            String reason,
            String reasonCode,
            String metadata,
            long micros,
            String error) {
        static Decision of(PolicyReport.Stage stage) {
            return new Decision(
                    stage.instance(),
                    stage.type(),
                    stage.outcome().wireName(),
                    stage.reason(),
                    stage.reasonCode(),
                    stage.metadata().size() == 0 ? "" : stage.metadata().toJson(),
                    stage.took().toNanos() / 1000,
                    stage.errorType());
        }
    }

    @Override
    public String scope() {
        return "policy";
    }

    @Override
    public String name() {
        return "eval";
    }

    @Override
    public String summary() {
        return "Passes one message through the chain without forwarding it, and shows what each plugin decides";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.argument("message", Parameter.Kind.TEXT, "a JSON-RPC message, or the file that holds it"),
                Parameter.option("server", Parameter.Kind.TEXT, "the server's configured name"),
                Parameter.option(
                        "response-to",
                        Parameter.Kind.TEXT,
                        "the request that the message answers, or the file that holds it"));
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Object run(Arguments arguments) {
        arguments.required("message");
        Optional<Inbound> request = arguments.text("response-to").map(text -> {
            Read read = read(arguments, "response-to");
            return new Inbound(
                    Message.MCP,
                    Message.REQUEST,
                    read.document().get("method").text(""),
                    read.document(),
                    read.bytes());
        });
        Read read = read(arguments, "message");
        Document document = read.document();
        String kind =
                document.has("method") ? document.has("id") ? Message.REQUEST : Message.NOTIFICATION : Message.RESPONSE;
        String method = kind.equals(Message.RESPONSE)
                ? request.map(Inbound::method).orElse("")
                : document.get("method").text("");
        Exchange exchange = engine.begin(new Party(arguments.text("server").orElse(""), "", "", "", false));
        return evaluation(
                await(exchange, new Inbound(Message.MCP, kind, method, document, read.bytes()), request.map(r ->
                        (Message) r)));
    }

    private PolicyResult await(Exchange exchange, Inbound message, Optional<Message> request) {
        try {
            return engine.tryOut(exchange, message, request)
                    .toCompletableFuture()
                    .get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new PluginException(
                    "timeout",
                    "The chain took more than [" + MAX_WAIT_SECONDS + "] seconds; 'policy:chain --stats' shows where");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("interrupted", "The evaluation was interrupted");
        } catch (ExecutionException e) {
            throw new PluginException("failed", "The message could not be evaluated: " + e.getCause(), e);
        }
    }

    private static Evaluation evaluation(PolicyResult result) {
        return new Evaluation(
                result.report().outcome().wireName(),
                result.reason(),
                result.reasonCode(),
                result.report().stages().stream().map(Decision::of).toList(),
                result.report().cleared(),
                !result.unchanged() && result.proceeds(),
                result.message().map(Document::toJson).orElse(""));
    }

    private record Read(Document document, long bytes) {}

    private static Read read(Arguments arguments, String name) {
        String text = arguments.required(name).strip();
        byte[] utf8 = text.startsWith("{")
                ? text.getBytes(java.nio.charset.StandardCharsets.UTF_8)
                : arguments.bytes(name, MAX_MESSAGE);
        try {
            Document document = Json.read(utf8);
            if (!document.isObject()) {
                throw new PluginException(
                        "invalid_message",
                        "The " + name + " is [" + document.kind() + "]; a JSON-RPC message is an object");
            }
            return new Read(document, utf8.length);
        } catch (JsonException e) {
            throw new PluginException(
                    "invalid_message",
                    "The " + name + " is not JSON, at line [" + e.place().line() + "], column ["
                            + e.place().column() + "]: " + e.getMessage(),
                    e);
        }
    }
}
