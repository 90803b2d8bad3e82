package org.sallyport.spi.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.sallyport.api.document.Document;

/**
 * The UTF-8 bytes of {@link Document#toJson()} for documents of many megabytes: nothing of their size is in memory beside
 * what is asked for. Slower than the text of a small document.
 */
public final class JsonBytes {
    /** Characters that are put into bytes at a time. */
    private static final int PIECE = 4 * 1024;

    private final Consumer<byte[]> out;

    private JsonBytes(Consumer<byte[]> out) {
        this.out = out;
    }

    /** Gives the bytes piece by piece; a piece has some kilobytes at most. */
    public static void write(Document document, Consumer<byte[]> out) {
        new JsonBytes(out).write(document);
    }

    /**
     * All bytes. It is written twice, the first time only to count.
     *
     * @throws IllegalArgumentException if it has more of them than an array can
     */
    public static byte[] of(Document document) {
        long[] length = new long[1];
        write(document, piece -> length[0] += piece.length);
        if (length[0] > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "The text of a document has [" + length[0] + "] bytes, which is too many");
        }
        byte[] bytes = new byte[(int) length[0]];
        int[] at = new int[1];
        write(document, piece -> {
            System.arraycopy(piece, 0, bytes, at[0], piece.length);
            at[0] += piece.length;
        });
        return bytes;
    }

    private void write(Document value) {
        switch (value.kind()) {
            case OBJECT -> {
                List<String> keys = value.keys();
                List<Document> values = value.values();
                put("{");
                for (int i = 0; i < keys.size(); i++) {
                    put(i == 0 ? "" : ",");
                    string(keys.get(i));
                    put(":");
                    write(values.get(i));
                }
                put("}");
            }
            case ARRAY -> {
                List<Document> values = value.values();
                put("[");
                for (int i = 0; i < values.size(); i++) {
                    put(i == 0 ? "" : ",");
                    write(values.get(i));
                }
                put("]");
            }
            case STRING -> string(value.text(""));
            default -> put(value.toJson());
        }
    }

    private void string(String text) {
        if (text.length() <= PIECE) {
            put(Document.of(text).toJson());
            return;
        }
        put("\"");
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + PIECE);
            // Half of a pair would be escaped.
            if (to < text.length() && Character.isSurrogatePair(text.charAt(to - 1), text.charAt(to))) {
                to++;
            }
            String quoted = Document.of(text.substring(from, to)).toJson();
            put(quoted.substring(1, quoted.length() - 1));
            from = to;
        }
        put("\"");
    }

    private void put(String json) {
        if (!json.isEmpty()) {
            out.accept(json.getBytes(StandardCharsets.UTF_8));
        }
    }
}
