package org.sallyport.gateway.internal.rpc;

import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.JsonException;

/** What a JSON-RPC 2.0 message of MCP looks like from outside (specification 2025-11-25, "Base protocol"). */
public final class Envelope {
    private static final int MAX_DETAIL = 300;

    private Envelope() {}

    /**
     * Reads a message from a stranger.
     *
     * @param bytes taken over: line breaks between values are overwritten by spaces
     */
    public static Frame read(byte[] bytes) throws RefusedException {
        Frame frame = parse(bytes);
        Document document = frame.document();
        Optional<String> problem = problem(document);
        if (problem.isPresent()) {
            Document id = validId(document.get("id")) ? document.get("id") : Document.NULL;
            throw new RefusedException(new RpcError(RpcError.INVALID_REQUEST, problem.get()), id);
        }
        return frame;
    }

    private static Frame parse(byte[] bytes) throws RefusedException {
        if (startsWithMark(bytes)) {
            // Taken by some parsers and not by others: what a plugin reads would not be what the server reads.
            throw parseError("The message begins with a byte order mark; send UTF-8 without one");
        }
        try {
            Frame frame = Frame.read(bytes);
            flatten(bytes);
            return frame;
        } catch (JsonException e) {
            String detail = String.valueOf(e.getMessage());
            throw parseError("The message is not JSON in UTF-8 as it is read here, at column ["
                    + e.place().column() + "]: "
                    + (detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) + "…" : detail));
        }
    }

    /** The answer to a message that was not read because of its size. */
    public static Frame tooLarge(long limit) {
        return new RpcError(RpcError.INVALID_REQUEST, "The message is larger than the limit of [" + limit + "] bytes")
                .to(Document.NULL);
    }

    private static RefusedException parseError(String message) {
        return new RefusedException(new RpcError(RpcError.PARSE_ERROR, message), Document.NULL);
    }

    /** What is wrong with a message; empty if nothing is. */
    public static Optional<String> problem(Document message) {
        if (message.isArray()) {
            return Optional.of("Batches are not supported; send one message at a time");
        } else if (!message.isObject()) {
            return Optional.of("A message is a JSON object, not [" + message.kind() + "]");
        } else if (!message.get("jsonrpc").text("").equals("2.0")) {
            return Optional.of("The member [jsonrpc] has to be \"2.0\"");
        } else if (message.has("id") && !validId(message.get("id"))) {
            return Optional.of("The member [id] has to be a string or a whole number");
        }
        return message.has("method") ? callProblem(message) : answerProblem(message);
    }

    private static Optional<String> callProblem(Document message) {
        Document params = message.get("params");
        if (message.get("method").text("").isEmpty()) {
            return Optional.of("The member [method] has to be a string that is not empty");
        } else if (message.has("result") || message.has("error")) {
            return Optional.of("A message has a [method] or an answer, not both");
        } else if (!params.isObject() && !params.isNull()) {
            return Optional.of("The member [params] has to be an object, not [" + params.kind() + "]");
        }
        return Optional.empty();
    }

    private static Optional<String> answerProblem(Document message) {
        Document error = message.get("error");
        if (!message.has("id")) {
            return Optional.of("A message has a [method], or an [id] and a [result] or an [error]");
        } else if (message.has("result") == message.has("error")) {
            return Optional.of("A response has either a [result] or an [error]");
        } else if (message.has("error")
                && !(error.get("code").asLong(Long.MIN_VALUE) != Long.MIN_VALUE
                        && error.get("message").isString())) {
            return Optional.of("The member [error] has to have a whole number [code] and a string [message]");
        }
        return Optional.empty();
    }

    private static boolean validId(Document id) {
        return id.isString() || id.asLong(Long.MIN_VALUE) != Long.MIN_VALUE;
    }

    private static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
    }

    /** In JSON text that can be read, a line break only stands between values: within a string it has to be escaped. */
    private static void flatten(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
    }
}
