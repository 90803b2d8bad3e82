package org.sallyport.gateway.internal.session;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * A cursor over lists of several servers: the cursor of each server that has more, and the list it belongs to, in one
 * opaque text. Nothing is remembered of it, so any gateway with the same servers understands it. It is validated and not
 * signed: all that it could be forged to say are cursors, which servers take from clients anyway.
 */
final class Cursors {
    /** Longest cursor of ours, in characters. */
    static final int MAX_LENGTH = 64 * 1024;

    /** Longest cursor of a server, in characters. */
    static final int MAX_PART = 8 * 1024;

    private Cursors() {}

    /**
     * Joins the cursors of servers.
     *
     * @param method the list's
     * @param next by server's name
     * @return empty if it would be too long
     */
    static Optional<String> join(String method, Map<String, String> next) {
        Map<String, Document> parts = new LinkedHashMap<>();
        next.forEach((server, cursor) -> parts.put(server, Document.of(cursor)));
        Document cursor = Document.object(method, Document.object(parts));
        String text = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(cursor.toJson().getBytes(StandardCharsets.UTF_8));
        return text.length() > MAX_LENGTH ? Optional.empty() : Optional.of(text);
    }

    /** By server's name; empty if the text is none that {@link #join} gives for this list. */
    static Optional<Map<String, String>> split(String method, String cursor) {
        if (cursor.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            Document parts = Json.read(Base64.getUrlDecoder().decode(cursor)).get(method);
            Map<String, String> next = new LinkedHashMap<>();
            parts.members()
                    .forEach((server, part) -> part.text()
                            .filter(text -> text.length() <= MAX_PART)
                            .ifPresent(text -> next.put(server, text)));
            // Whatever else stands in it, in whatever form, it is not what we would have written.
            return next.isEmpty() || !join(method, next).equals(Optional.of(cursor))
                    ? Optional.empty()
                    : Optional.of(next);
        } catch (IllegalArgumentException | JsonException e) {
            return Optional.empty();
        }
    }
}
