package org.sallyport.policy.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.spi.policy.PolicyEngine.Inbound;

/** What of a JSON-RPC message is no content, and what a plugin may not change. */
final class Envelope {
    private static final String[] KEPT = {"jsonrpc", "id", "method"};

    /**
     * A tool's name of plain words, such as {@code read_file2}. Whoever reads a log wants to know which tool was called; keys,
     * tokens, numbers, addresses and sentences have another form. Possessive, so linear.
     */
    private static final Pattern PLAIN_NAME =
            Pattern.compile("[A-Za-z]{1,24}+[0-9]{0,2}+(?:[_.-][A-Za-z]{1,24}+[0-9]{0,2}+)*+");

    private static final int MAX_PLAIN_NAME = 64;

    /** JSON-RPC 2.0, section 5.1: codes that are no application's own, so that no number of a stranger stands there. */
    private static final long FIRST_RESERVED = -32768;

    private static final long LAST_RESERVED = -32000;

    private Envelope() {}

    /** The message without content: its envelope, which tool it calls, and whether it is an error. */
    static Message of(Inbound message) {
        Document whole = message.document();
        Map<String, Document> kept = new LinkedHashMap<>();
        for (String key : KEPT) {
            Document value = whole.get(key);
            // An object as an id is no id; it could carry anything.
            if (whole.has(key) && !value.isObject() && !value.isArray()) {
                kept.put(key, value);
            }
        }
        if (message.protocol().equals(Message.MCP)) {
            if (isCall(message)) {
                kept.put("params", Document.object("name", whole.at("params", "name")));
            } else if (message.kind().equals(Message.RESPONSE)
                    && !whole.get("error").isNull()) {
                kept.put("error", error(whole.get("error").get("code")));
            }
        }
        return with(message, Document.object(kept));
    }

    /** Whether it calls a tool whose name can be shown. */
    private static boolean isCall(Inbound message) {
        String name = message.document().at("params", "name").text("");
        return message.kind().equals(Message.REQUEST)
                && message.method().equals("tools/call")
                && name.length() <= MAX_PLAIN_NAME
                && PLAIN_NAME.matcher(name).matches();
    }

    private static Document error(Document code) {
        long number = code.asLong(0);
        return number >= FIRST_RESERVED && number <= LAST_RESERVED
                ? Document.object("code", Document.of(number))
                : Document.EMPTY_OBJECT;
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
