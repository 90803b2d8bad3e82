package org.sallyport.testkit;

import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;

/**
 * A message of MCP.
 *
 * @param kind such as {@link Message#REQUEST}
 * @param method the method; for a response that of its request
 * @param document the whole message
 */
public record TestMessage(String kind, String method, Document document) implements Message {
    /** A message that says its method itself. */
    public static TestMessage of(String kind, Document document) {
        return new TestMessage(kind, document.get("method").text(""), document);
    }

    @Override
    public String protocol() {
        return MCP;
    }
}
