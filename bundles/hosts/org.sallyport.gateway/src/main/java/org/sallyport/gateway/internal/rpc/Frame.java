package org.sallyport.gateway.internal.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonBytes;
import org.sallyport.spi.json.JsonException;

/**
 * One JSON-RPC message: its bytes, and the document they were parsed to, once. Immutable; the array is not to be changed.
 *
 * @param bytes UTF-8 without line breaks
 * @param document what the bytes say
 */
public record Frame(byte[] bytes, Document document) {
    private static final int LARGE = 1 << 20;

    /** The frame of a document that was made here. */
    public static Frame of(Document document) {
        return new Frame(document.toJson().getBytes(StandardCharsets.UTF_8), document);
    }

    /** The same for one that was made of another frame, and may be as large. */
    public static Frame of(Document document, Frame like) {
        return like.bytes.length > LARGE ? new Frame(JsonBytes.of(document), document) : of(document);
    }

    /** The frame of bytes that came in. */
    public static Frame read(byte[] bytes) throws JsonException {
        return new Frame(bytes, Json.read(bytes));
    }

    /** The method of a request or notification. */
    public Optional<String> method() {
        return document.get("method").text();
    }

    /** The id as it stands, {@link Document#NULL} if there is none. */
    public Document id() {
        return document.get("id");
    }

    /** Has a method and an id. */
    public boolean isRequest() {
        return document.has("method") && document.has("id");
    }

    /** Has a method and no id. */
    public boolean isNotification() {
        return document.has("method") && !document.has("id");
    }

    /** Has a result or an error. */
    public boolean isResponse() {
        return !document.has("method") && (document.has("result") || document.has("error"));
    }
}
