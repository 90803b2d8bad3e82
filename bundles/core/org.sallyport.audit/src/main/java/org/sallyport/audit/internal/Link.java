package org.sallyport.audit.internal;

import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * A record's place in the chain.
 *
 * @param seq its number
 * @param prev hash of the record before it
 * @param hash its own
 */
record Link(long seq, String prev, String hash) {
    /** Before the first record. */
    static final Link START = new Link(0, Hashes.NONE, Hashes.NONE);

    /** What a line says of its place; null if it is no record, such as what a crash left of one. */
    static @Nullable Link of(byte[] text, int start, int length) {
        try {
            Document line = Json.read(text, start, length);
            long seq = line.get("seq").asLong(-1);
            return seq < 0 ? null : new Link(seq, line.get("prev").text(""), Hashes.of(text, start, length));
        } catch (JsonException e) {
            return null;
        }
    }

    /** The last record of a text; {@link #START} if it holds none. */
    static Link last(byte[] text) {
        return last(text, seq -> true);
    }

    /** The last record of a text whose number is one that is looked for; {@link #START} if it holds none. */
    static Link last(byte[] text, LongPredicate wanted) {
        int end = text.length;
        while (end > 0) {
            int start = end - 1;
            while (start > 0 && text[start - 1] != '\n') {
                start--;
            }
            Link link = of(text, start, text[end - 1] == '\n' ? end - 1 - start : end - start);
            if (link != null && wanted.test(link.seq)) {
                return link;
            }
            end = start;
        }
        return START;
    }
}
