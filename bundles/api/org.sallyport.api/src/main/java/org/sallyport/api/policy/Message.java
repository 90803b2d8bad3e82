package org.sallyport.api.policy;

import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.document.Document;

/** One message on its way through the chain. Immutable. */
@ProviderType
public interface Message {
    /** Protocol of an MCP message. */
    String MCP = "mcp";

    /** Kind of a message that expects an answer. */
    String REQUEST = "request";

    /** Kind of an answer, be it a result or an error. */
    String RESPONSE = "response";

    /** Kind of a message that expects no answer. */
    String NOTIFICATION = "notification";

    /** The protocol, an open set: {@value #MCP} now. */
    String protocol();

    /** The kind, an open set: {@value #REQUEST}, {@value #RESPONSE}, {@value #NOTIFICATION}. */
    String kind();

    /** The method; for a response that of its request. */
    String method();

    /** The whole message; for JSON-RPC an object with {@code id}, {@code method}, {@code params}, {@code result}, {@code error}. */
    Document document();
}
