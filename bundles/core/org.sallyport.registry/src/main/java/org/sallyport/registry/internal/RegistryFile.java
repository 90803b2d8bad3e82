package org.sallyport.registry.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.registry.RegistryStore.Entry;

/**
 * The form of a registry file: one line with name, format, length and SHA-256, then the body as JSON. Every file that is
 * cut off, grown or changed in a single bit is recognised. Files of all formats before this one can be read, and are
 * written in this one with the next change; files of a later one are refused.
 *
 * <p>Format 1: the digest is that of the body. Format 2: it is that of the first line before it, and the body; so a file
 * of which a bit fell over in the format's number is damaged, not newer. Format 3: the same, and there may be changes after it
 * in a {@link ChangeLog}, which who knows format 2 alone would not see.
 *
 * @param upgrades what makes a body of format 1 one of format 2, and so on
 */
record RegistryFile(List<UnaryOperator<Document>> upgrades) {
    static final RegistryFile CURRENT = new RegistryFile(List.of(UnaryOperator.identity(), UnaryOperator.identity()));

    private static final String MAGIC = "sallyport-registry ";

    private static final Pattern FIRST_LINE = Pattern.compile(MAGIC + "([1-9][0-9]{0,8}) [0-9]{1,10} [0-9a-f]{64}\n");

    /** Of the root's first member. */
    private static final Pattern COUNTER = Pattern.compile("\n\\{\\s*\"counter\"\\s*:\\s*([0-9]{1,18})\\b");

    /** As many bytes at least hold head and counter. */
    private static final int HEAD = 200;

    /** A whole file of a format that is not known yet. */
    static final class NewerException extends IOException {
        private static final long serialVersionUID = 1L;

        NewerException(int format, int known) {
            super("was written by a newer Sallyport: it has format [" + format + "], known are those up to [" + known
                    + "]. Run that Sallyport, or one that is newer still. The file was left as it is");
        }
    }

    /** The format that is written. */
    int format() {
        return upgrades.size() + 1;
    }

    byte[] write(Snapshot snapshot) {
        byte[] body = root(snapshot).toJson(1).getBytes(StandardCharsets.UTF_8);
        byte[] head = head(format(), body).getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    private static Document root(Snapshot snapshot) {
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
        return Document.object(root);
    }

    /**
     * The counter that a file claims to have, unchecked: says which to read first. The highest there is if it claims none:
     * that file is damaged, and has to be looked at to be put aside.
     */
    static long claimedCounter(byte[] file) {
        Matcher claim = COUNTER.matcher(new String(file, 0, Math.min(file.length, HEAD), StandardCharsets.US_ASCII));
        return claim.find() ? Long.parseLong(claim.group(1)) : Long.MAX_VALUE;
    }

    /** Entries as a format has them. */
    record Held(int format, Snapshot snapshot) {}

    /** The same entries in a later format that is known. */
    Held upgraded(Held held, int format) throws IOException {
        if (held.format() == format) {
            return held;
        }
        try {
            Document root = root(held.snapshot());
            for (UnaryOperator<Document> upgrade : upgrades.subList(held.format() - 1, format - 1)) {
                root = upgrade.apply(root);
            }
            return new Held(format, snapshot(root));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "format [" + held.format() + "] cannot be made format [" + format + "]: " + e.getMessage(), e);
        }
    }

    /**
     * @return the entries as the file has them
     * @throws NewerException if the file is whole, and of a later format
     * @throws IOException if the bytes are not exactly what {@link #write} of some format gave
     */
    Held read(byte[] file) throws IOException {
        int end = 0;
        while (end < file.length && file[end] != '\n') {
            end++;
        }
        if (end == file.length) {
            throw new IOException("its first line is cut off");
        }
        byte[] body = Arrays.copyOfRange(file, end + 1, file.length);
        String firstLine = new String(file, 0, end + 1, StandardCharsets.US_ASCII);
        Matcher parts = FIRST_LINE.matcher(firstLine);
        if (!parts.matches()) {
            throw new IOException("its first line is not that of a registry file");
        }
        int format = Integer.parseInt(parts.group(1));
        if (!firstLine.equals(head(format, body))) {
            throw new IOException("its checksum is wrong");
        } else if (format > format()) {
            throw new NewerException(format, format());
        }
        try {
            return new Held(format, snapshot(Json.read(body)));
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

    private static String head(int format, byte[] body) {
        try {
            String head = MAGIC + format + " " + body.length + " ";
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            if (format > 1) {
                digest.update(head.getBytes(StandardCharsets.US_ASCII));
            }
            return head + HexFormat.of().formatHex(digest.digest(body)) + "\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
