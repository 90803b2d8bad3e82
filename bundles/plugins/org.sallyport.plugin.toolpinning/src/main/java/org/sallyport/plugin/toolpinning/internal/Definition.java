package org.sallyport.plugin.toolpinning.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;

/**
 * What a server says of a tool, as far as it tells a model or a client what to do with it.
 *
 * @param sha256 of its canonical JSON, in hexadecimal
 * @param text its canonical JSON, for people; {@code null} if it was too long to be kept
 */
record Definition(String sha256, @Nullable String text) {
    /** Members that count. The others ({@code _meta}, {@code icons} and what the future brings) may change freely. */
    static final List<String> MEMBERS =
            List.of("name", "title", "description", "inputSchema", "outputSchema", "annotations");

    /** Most characters of a text that is kept. */
    static final int MAX_TEXT = 16_384;

    static Definition of(Document tool) {
        Document counted = Document.EMPTY_OBJECT;
        for (String member : MEMBERS) {
            if (tool.has(member)) {
                counted = counted.with(member, tool.get(member));
            }
        }
        String text = CanonicalJson.of(counted);
        return new Definition(sha256(text), text.length() > MAX_TEXT ? null : text);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    boolean isSame(@Nullable Definition other) {
        return other != null && sha256.equals(other.sha256);
    }

    Definition withoutText() {
        return new Definition(sha256, null);
    }
}
