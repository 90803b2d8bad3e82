package org.sallyport.gateway.internal.session;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** A cursor over lists of several servers: the cursor of each server that has more, in one opaque text. */
final class Cursors {
    private static final int MAX_LENGTH = 64 * 1024;

    private Cursors() {}

    /** @param next by server's name */
    static String join(Map<String, String> next) {
        Document cursors = Document.EMPTY_OBJECT;
        for (Map.Entry<String, String> entry : next.entrySet()) {
            cursors = cursors.with(entry.getKey(), Document.of(entry.getValue()));
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(cursors.toJson().getBytes(StandardCharsets.UTF_8));
    }

    /** By server's name; empty if the text is none of ours. */
    static Optional<Map<String, String>> split(String cursor) {
        if (cursor.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            Document cursors = Json.read(Base64.getUrlDecoder().decode(cursor));
            Map<String, String> next = new LinkedHashMap<>();
            cursors.members().forEach((server, value) -> value.text().ifPresent(text -> next.put(server, text)));
            return next.isEmpty() || next.size() != cursors.size() ? Optional.empty() : Optional.of(next);
        } catch (IllegalArgumentException | JsonException e) {
            return Optional.empty();
        }
    }
}
