package org.sallyport.plugin.scan;

import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;

/** A call with a message and nothing around it. */
public record FakeCall(Document document, String kind) implements PolicyCall {
    @Override
    public Message message() {
        return new Message() {
            @Override
            public String protocol() {
                return MCP;
            }

            @Override
            public String kind() {
                return kind;
            }

            @Override
            public String method() {
                return document.get("method").text("");
            }

            @Override
            public Document document() {
                return document;
            }
        };
    }

    @Override
    public Optional<Message> request() {
        return Optional.empty();
    }

    @Override
    public Exchange exchange() {
        throw new UnsupportedOperationException("content plugins do not look at the exchange");
    }

    @Override
    public Scope scope() {
        throw new UnsupportedOperationException("content plugins do not look at the scope");
    }

    @Override
    public Duration remaining() {
        return Duration.ofSeconds(2);
    }

    @Override
    public boolean cancelled() {
        return false;
    }
}
