package org.sallyport.policy.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.spi.policy.PolicyEngine.Inbound;

/** What of a JSON-RPC message is no content, and what a plugin may not change. */
final class Envelope {
    private static final String[] KEPT = {"jsonrpc", "id", "method"};

    private Envelope() {}

    /** The message without content. */
    static Message of(Inbound message) {
        Map<String, Document> kept = new LinkedHashMap<>();
        for (String key : KEPT) {
            Document value = message.document().get(key);
            // An object as an id is no id; it could carry anything.
            if (message.document().has(key) && !value.isObject() && !value.isArray()) {
                kept.put(key, value);
            }
        }
        return with(message, Document.object(kept));
    }

    static Inbound with(Inbound message, Document document) {
        return new Inbound(message.protocol(), message.kind(), message.method(), document, message.bytes());
    }

    /** What is wrong with a changed message; {@code null} if nothing. */
    static @Nullable String whyNotChanged(Message message, Document before, Document after) {
        if (!after.isObject()) {
            return "it changed the message to [" + after.kind() + "]; a message is an object";
        }
        if (message.protocol().equals(Message.MCP)) {
            for (String key : KEPT) {
                if (before.get(key) != after.get(key)
                        && (before.has(key) != after.has(key)
                                || !before.get(key)
                                        .toJson()
                                        .equals(after.get(key).toJson()))) {
                    return "it changed [" + key + "] of the message, which belongs to the protocol";
                }
            }
        }
        return null;
    }

    /** What is wrong with an answer; {@code null} if nothing. */
    static @Nullable String whyNoAnswer(Message message, Document answer) {
        if (!message.kind().equals(Message.REQUEST)) {
            return "it answered a [" + message.kind() + "]; only a request can be answered";
        }
        if (!answer.isObject()) {
            return "its answer is [" + answer.kind() + "]; an answer is an object";
        }
        if (message.protocol().equals(Message.MCP)
                && (answer.has("method") || answer.has("result") == answer.has("error"))) {
            return "its answer has to have either [result] or [error], and no [method]";
        }
        return null;
    }

    /** The answer with the request's id. */
    static Document answer(Message message, Document answer) {
        if (!message.protocol().equals(Message.MCP)) {
            return answer;
        }
        Map<String, Document> members = new LinkedHashMap<>();
        if (message.document().has("jsonrpc")) {
            members.put("jsonrpc", message.document().get("jsonrpc"));
        }
        members.put("id", message.document().get("id"));
        answer.members().forEach(members::putIfAbsent);
        return Document.object(members);
    }
}
