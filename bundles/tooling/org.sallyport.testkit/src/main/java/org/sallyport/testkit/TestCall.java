package org.sallyport.testkit;

import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;

/**
 * What a security or middleware plugin is asked: a message of server {@code srv}, 12 ms after its exchange began, with a
 * second left.
 *
 * @param message the message
 * @param request for a response: what it answers
 * @param exchange what it belongs to
 */
public record TestCall(Message message, Optional<Message> request, Exchange exchange) implements PolicyCall {
    private static final Duration TOOK = Duration.ofMillis(12);

    private static TestCall of(Message message, Optional<Message> request) {
        return new TestCall(message, request, new TestExchange("srv", TOOK));
    }

    /** A request on its way to the server. */
    public static TestCall request(Document message) {
        return of(Message.REQUEST, message);
    }

    /** A message of any kind that answers nothing we know. */
    public static TestCall of(String kind, Document message) {
        return of(TestMessage.of(kind, message), Optional.empty());
    }

    /** A response to a request. */
    public static TestCall response(Document request, Document message) {
        String method = request.get("method").text("");
        return of(
                new TestMessage(Message.RESPONSE, method, message),
                Optional.of(new TestMessage(Message.REQUEST, method, request)));
    }

    /** The same within another exchange. */
    public TestCall in(Exchange other) {
        return new TestCall(message, request, other);
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
