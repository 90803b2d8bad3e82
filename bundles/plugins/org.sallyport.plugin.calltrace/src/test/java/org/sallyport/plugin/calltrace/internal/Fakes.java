package org.sallyport.plugin.calltrace.internal;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.spi.json.Json;

/** What a plugin meets, in its plainest form. */
final class Fakes {
    private Fakes() {}

    static Document json(String text) {
        try {
            return Json.read(text.replace('\'', '"'));
        } catch (Exception e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static List<Document> cases() throws IOException {
        try (var in = Fakes.class.getResourceAsStream("/cases.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> {
                        try {
                            return Json.read(line);
                        } catch (Exception e) {
                            throw new IllegalArgumentException(line, e);
                        }
                    })
                    .toList();
        }
    }

    record FakeSettings(Document document) implements Settings {
        @Override
        public String instance() {
            return "tested";
        }

        @Override
        public Scope scope() {
            return Scope.server("srv");
        }

        @Override
        public <A extends Annotation> A as(Class<A> definition) {
            throw new UnsupportedOperationException("not used here");
        }
    }

    record FakeMessage(String kind, String method, Document document) implements Message {
        @Override
        public String protocol() {
            return MCP;
        }
    }

    record FakeExchange(String server, Duration elapsed) implements Exchange {
        @Override
        public String id() {
            return "x-1";
        }

        @Override
        public String session() {
            return "";
        }

        @Override
        public String principal() {
            return "";
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
            return Instant.EPOCH;
        }

        @Override
        public Document recall(String key) {
            return Document.NULL;
        }

        @Override
        public void remember(String key, Document value) {}
    }

    record FakeCall(Message message, Optional<Message> request, Exchange exchange) implements PolicyCall {
        static FakeCall request(Document message) {
            return new FakeCall(
                    new FakeMessage(Message.REQUEST, message.get("method").text(""), message),
                    Optional.empty(),
                    new FakeExchange("srv", Duration.ofMillis(12)));
        }

        static FakeCall response(Document request, Document message) {
            String method = request.get("method").text("");
            return new FakeCall(
                    new FakeMessage(Message.RESPONSE, method, message),
                    Optional.of(new FakeMessage(Message.REQUEST, method, request)),
                    new FakeExchange("srv", Duration.ofMillis(12)));
        }

        @Override
        public Scope scope() {
            return Scope.server(exchange.server());
        }

        @Override
        public Duration remaining() {
            return Duration.ofSeconds(1);
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
