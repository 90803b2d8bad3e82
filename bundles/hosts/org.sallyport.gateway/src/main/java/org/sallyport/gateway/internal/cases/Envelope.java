package org.sallyport.gateway.internal.cases;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sallyport.api.document.Document;

/**
 * The rules of JSON-RPC 2.0 and MCP for one message: what is wrong with it, if anything.
 *
 * @see <a href="https://www.jsonrpc.org/specification">JSON-RPC 2.0</a>
 */
final class Envelope {
    /** Most levels of objects and arrays. */
    static final int MAX_DEPTH = 64;

    /** Most members of an object. */
    static final int MAX_KEYS = 1_000;

    /** Longest request in bytes of JSON in UTF-8; results may be larger. */
    static final int MAX_REQUEST = 1 << 20;

    private static final long PARSE_ERROR = -32700;
    private static final long INVALID_REQUEST = -32600;

    private Envelope() {}

    /** What is wrong with a request. */
    static Optional<String> problemOfRequest(Document message) {
        Optional<String> common = common(message);
        if (common.isPresent()) {
            return common;
        } else if (!isMethod(message.get("method").text(""))) {
            return Optional.of(
                    "'method' has to be a text that is not empty, without control characters and blanks around it");
        } else if (!isId(message.get("id"))) {
            return Optional.of("'id' has to be a text or a whole number");
        } else if (message.has("result") || message.has("error")) {
            return Optional.of("a request has neither 'result' nor 'error'");
        } else if (message.has("params") && !isParams(message.get("params"))) {
            return Optional.of("'params' has to be an object or an array");
        } else if (message.toJson().getBytes(StandardCharsets.UTF_8).length > MAX_REQUEST) {
            return Optional.of("a request has at most " + MAX_REQUEST + " bytes");
        }
        return Optional.empty();
    }

    /** What is wrong with a response. */
    static Optional<String> problemOfResponse(Document message) {
        Optional<String> common = common(message);
        if (common.isPresent()) {
            return common;
        } else if (message.has("method")) {
            return Optional.of("a response has no 'method'");
        } else if (message.has("result") == message.has("error")) {
            return Optional.of("a response has either 'result' or 'error'");
        }
        Document error = message.get("error");
        if (message.has("error")
                && (!isWhole(error.get("code")) || !error.get("message").isString())) {
            return Optional.of("'error' has to be an object with a whole 'code' and a text as 'message'");
        }
        long code = error.get("code").asLong(0);
        // Only who could not read the id may leave it out.
        boolean unread =
                message.has("id") && message.get("id").isNull() && (code == PARSE_ERROR || code == INVALID_REQUEST);
        return isId(message.get("id")) || unread
                ? Optional.empty()
                : Optional.of("'id' has to be that of the request, a text or a whole number");
    }

    private static Optional<String> common(Document message) {
        if (!message.isObject()) {
            return Optional.of("a message is an object");
        } else if (!message.get("jsonrpc").text("").equals("2.0")) {
            return Optional.of("'jsonrpc' has to be \"2.0\"");
        } else if (message.depth() > MAX_DEPTH) {
            return Optional.of("it is more than " + MAX_DEPTH + " levels deep");
        } else if (keys(message) > MAX_KEYS) {
            return Optional.of("an object in it has more than " + MAX_KEYS + " members");
        }
        return Optional.empty();
    }

    private static int keys(Document value) {
        int most = value.isObject() ? value.size() : 0;
        for (Document inner : value.values()) {
            most = Math.max(most, keys(inner));
        }
        return most;
    }

    private static boolean isMethod(String method) {
        return !method.isEmpty()
                && method.equals(method.strip())
                && method.codePoints().noneMatch(Character::isISOControl);
    }

    private static boolean isId(Document id) {
        return id.isString() || isWhole(id);
    }

    private static boolean isWhole(Document number) {
        String text = number.numberText().orElse("x");
        return text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '-');
    }

    private static boolean isParams(Document params) {
        // Many clients write null for "none".
        return params.isObject() || params.isArray() || params.isNull();
    }
}
