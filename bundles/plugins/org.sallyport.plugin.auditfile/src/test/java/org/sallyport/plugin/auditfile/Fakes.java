package org.sallyport.plugin.auditfile;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.json.Json;

/** What an audit writer meets, in its plainest form. */
final class Fakes {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private Fakes() {}

    static Document json(String text) {
        try {
            return Json.read(text);
        } catch (Exception e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static List<Document> cases() throws IOException {
        try (var in = Fakes.class.getResourceAsStream("/cases.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Fakes::json)
                    .toList();
        }
    }

    /** The report of a case's message, after a chain that changed nothing. */
    static FakeReport report(Document line) {
        Document input = line.get("input");
        boolean decided = line.get("config").get("plugins").values().stream()
                .anyMatch(plugin -> plugin.get("type").text("").equals("security"));
        return FakeReport.of(input.get("kind").text(""), expand(input.get("message")))
                .on(input.get("server").text(""))
                .answering(input.get("request"))
                .with(decided ? Outcome.ALLOWED : Outcome.NO_SECURITY);
    }

    /** Replaces the generated values of cases by what they stand for. */
    static Document expand(Document value) {
        if (value.has("$repeat")) {
            Document repeat = value.get("$repeat");
            return Document.of(repeat.get(0).text("").repeat((int) repeat.get(1).asLong(0)));
        } else if (value.isObject()) {
            Map<String, Document> members = new LinkedHashMap<>();
            value.members().forEach((key, member) -> members.put(key, expand(member)));
            return Document.object(members);
        } else if (value.isArray()) {
            return Document.array(value.values().stream().map(Fakes::expand).toList());
        }
        return value;
    }

    /** A context that has a folder and nothing else. */
    static PluginContext context(Path folder) {
        return (PluginContext) Proxy.newProxyInstance(
                Fakes.class.getClassLoader(), new Class<?>[] {PluginContext.class}, (self, method, arguments) -> {
                    if (method.getName().equals("dataFolder")) {
                        return folder;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    record FakeSettings(Document document) implements Settings {
        @Override
        public String instance() {
            return "tested";
        }

        @Override
        public Scope scope() {
            return Scope.GLOBAL;
        }

        @Override
        public <A extends Annotation> A as(Class<A> definition) {
            return definition.cast(Proxy.newProxyInstance(
                    definition.getClassLoader(),
                    new Class<?>[] {definition},
                    (self, method, arguments) ->
                            document.get(method.getName().replace("__", "_")).text(null)));
        }
    }

    record FakeMessage(String kind, String method, Document document) implements Message {
        @Override
        public String protocol() {
            return MCP;
        }
    }

    record FakeExchange(String server) implements Exchange {
        @Override
        public String id() {
            return "x-1";
        }

        @Override
        public String session() {
            return "secret-session";
        }

        @Override
        public String principal() {
            return "jane";
        }

        @Override
        public String tenant() {
            return "";
        }

        @Override
        public boolean fromServer() {
            return false;
        }

        @Override
        public Instant began() {
            return NOON;
        }

        @Override
        public Duration elapsed() {
            return Duration.ofMillis(1_234);
        }

        @Override
        public Document recall(String key) {
            return Document.NULL;
        }

        @Override
        public void remember(String key, Document value) {}
    }

    record FakeReport(
            Outcome outcome,
            Message message,
            Exchange exchange,
            Optional<Message> request,
            List<Stage> stages,
            Optional<Document> original,
            Optional<Document> result,
            boolean cleared,
            String reason)
            implements PolicyReport {
        static FakeReport of(String kind, Document message) {
            return new FakeReport(
                    Outcome.ALLOWED,
                    new FakeMessage(kind, message.get("method").text(""), message),
                    new FakeExchange("srv"),
                    Optional.empty(),
                    List.of(),
                    Optional.of(message),
                    Optional.of(message),
                    false,
                    "");
        }

        FakeReport on(String server) {
            return new FakeReport(
                    outcome, message, new FakeExchange(server), request, stages, original, result, cleared, reason);
        }

        FakeReport answering(Document asked) {
            if (asked.isNull()) {
                return this;
            }
            String method = asked.get("method").text("");
            Message answer = new FakeMessage(message.kind(), method, message.document());
            Message question = new FakeMessage(Message.REQUEST, method, asked);
            return new FakeReport(
                    outcome, answer, exchange, Optional.of(question), stages, original, result, cleared, reason);
        }

        FakeReport with(Outcome next) {
            return new FakeReport(next, message, exchange, request, stages, original, result, cleared, reason);
        }

        FakeReport because(String why, Stage... at) {
            return new FakeReport(outcome, message, exchange, request, List.of(at), original, result, cleared, why);
        }

        /** As after a security plugin: only the envelope is left, and what went on, if anything did. */
        FakeReport cleared(Outcome next, Optional<Document> wentOn) {
            Document whole = message.document();
            Document envelope = whole.has("id") ? Document.object("id", whole.get("id")) : Document.EMPTY_OBJECT;
            Message rest = new FakeMessage(message.kind(), message.method(), envelope);
            return new FakeReport(
                    next,
                    rest,
                    exchange,
                    request,
                    stages,
                    Optional.empty(),
                    wentOn,
                    true,
                    "[s] [" + next.wireName() + "]");
        }

        /** As after a middleware plugin. */
        FakeReport became(Outcome next, Document wentOn) {
            return new FakeReport(
                    next, message, exchange, request, stages, original, Optional.of(wentOn), cleared, reason);
        }

        /** As after a critical plugin failed. */
        FakeReport failed() {
            return new FakeReport(
                    Outcome.ERROR, message, exchange, request, stages, original, Optional.empty(), false, "[s] failed");
        }

        @Override
        public boolean securityEvaluated() {
            return outcome != Outcome.NO_SECURITY;
        }

        @Override
        public boolean modified() {
            return outcome == Outcome.MODIFIED;
        }

        @Override
        public Optional<String> blockedAt() {
            return outcome == Outcome.BLOCKED ? Optional.of("s") : Optional.empty();
        }

        @Override
        public Optional<String> completedBy() {
            return outcome == Outcome.COMPLETED_BY_MIDDLEWARE ? Optional.of("m") : Optional.empty();
        }

        @Override
        public long originalBytes() {
            return 99;
        }

        @Override
        public Instant at() {
            return NOON;
        }

        @Override
        public Duration took() {
            return Duration.ofNanos(1_234_567);
        }
    }
}
