package org.sallyport.audit.internal;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * What was true of the chain at a moment, signed: a chain of hashes alone does not show that its end was cut off.
 *
 * @param first the oldest record that is kept; its hash counts for nothing
 * @param last the youngest record then
 * @param at when, ISO 8601
 * @param key fingerprint of the key that signed
 * @param signature Ed25519 (RFC 8032) over {@link #signed()}, hexadecimal
 */
record Checkpoint(Link first, Link last, String at, String key, String signature) {
    /** What the signature covers: one line a field, so that no two checkpoints have the same text. */
    byte[] signed() {
        return String.join(
                        "\n",
                        "sallyport-audit-checkpoint-1",
                        Long.toString(first.seq()),
                        first.prev(),
                        Long.toString(last.seq()),
                        last.hash(),
                        at,
                        key)
                .getBytes(StandardCharsets.UTF_8);
    }

    Checkpoint with(String newSignature) {
        return new Checkpoint(first, last, at, key, newSignature);
    }

    /** One line of JSON, with its line feed. */
    byte[] line() {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("first", Document.of(first.seq()));
        members.put("prev", Document.of(first.prev()));
        members.put("last", Document.of(last.seq()));
        members.put("hash", Document.of(last.hash()));
        members.put("at", Document.of(at));
        members.put("key", Document.of(key));
        members.put("signature", Document.of(signature));
        return (Document.object(members).toJson() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what {@link #line()} wrote. */
    static Checkpoint read(byte[] line, int start, int length) throws JsonException {
        Document members = Json.read(line, start, length);
        return new Checkpoint(
                new Link(members.get("first").asLong(-1), members.get("prev").text(""), ""),
                new Link(members.get("last").asLong(-1), "", members.get("hash").text("")),
                members.get("at").text(""),
                members.get("key").text(""),
                members.get("signature").text(""));
    }
}
