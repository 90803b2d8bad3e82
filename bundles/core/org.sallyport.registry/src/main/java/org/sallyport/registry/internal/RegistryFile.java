package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.registry.RegistryStore.Entry;

/**
 * The form of a registry file: one line with name, format, length and SHA-256 of the body, then the body as JSON. Every
 * file that is cut off, grown or changed in a single bit is recognised.
 */
final class RegistryFile {
    private static final String MAGIC = "sallyport-registry 1 ";

    /** Of the root's first member. */
    private static final Pattern COUNTER = Pattern.compile("\n\\{\\s*\"counter\"\\s*:\\s*([0-9]{1,18})\\b");

    /** As many bytes at least hold head and counter. */
    private static final int HEAD = 200;

    private RegistryFile() {}

    static byte[] write(Snapshot snapshot) {
        Map<String, Document> entries = new LinkedHashMap<>();
        snapshot.entries().forEach((key, entry) -> {
            Map<String, Document> members = new LinkedHashMap<>();
            members.put("revision", Document.of(entry.revision()));
            members.put("value", entry.value());
            entries.put(key, Document.object(members));
        });
        Map<String, Document> root = new LinkedHashMap<>();
        root.put("counter", Document.of(snapshot.counter()));
        root.put("entries", Document.object(entries));
        byte[] body = Document.object(root).toJson(1).getBytes(StandardCharsets.UTF_8);
        byte[] head = head(body).getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /**
     * The counter that a file claims to have, unchecked: says which to read first. The highest there is if it claims none:
     * that file is damaged, and has to be looked at to be put aside.
     */
    static long claimedCounter(byte[] file) {
        Matcher claim = COUNTER.matcher(new String(file, 0, Math.min(file.length, HEAD), StandardCharsets.US_ASCII));
        return claim.find() ? Long.parseLong(claim.group(1)) : Long.MAX_VALUE;
    }

    /** @throws IOException if the bytes are not exactly what {@link #write} gave */
    static Snapshot read(byte[] file) throws IOException {
        int end = 0;
        while (end < file.length && file[end] != '\n') {
            end++;
        }
        if (end == file.length) {
            throw new IOException("its first line is cut off");
        }
        byte[] body = java.util.Arrays.copyOfRange(file, end + 1, file.length);
        if (!new String(file, 0, end + 1, StandardCharsets.US_ASCII).equals(head(body))) {
            throw new IOException("its checksum is wrong");
        }
        try {
            return snapshot(Json.read(body));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException("its body is not readable: " + e.getMessage(), e);
        }
    }

    private static Snapshot snapshot(Document root) throws IOException {
        long counter = root.get("counter").asLong(-1);
        Map<String, Entry> entries = new TreeMap<>();
        for (Map.Entry<String, Document> member : root.get("entries").members().entrySet()) {
            long revision = member.getValue().get("revision").asLong(0);
            if (revision < 1 || revision > counter) {
                throw new IOException("its entry [" + member.getKey() + "] has the revision [" + revision + "]");
            }
            entries.put(member.getKey(), new Entry(revision, member.getValue().get("value")));
        }
        return new Snapshot(counter, entries);
    }

    private static String head(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return MAGIC + body.length + " " + HexFormat.of().formatHex(digest) + "\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
