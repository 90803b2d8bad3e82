package org.sallyport.gateway.internal.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is kept of a line that was skipped: enough to see whose answer it would have been.
 *
 * @param length of the line in bytes
 * @param noRoom whether it was not too long, but there was no room for it
 * @param head its first bytes
 * @param tail its last bytes
 */
public record LongLine(long length, boolean noRoom, byte[] head, byte[] tail) {
    /** Most bytes that are kept of each end. */
    static final int KEPT = 512;

    private static final String VERSION = "\"jsonrpc\"\\s{0,9}:\\s{0,9}\"2\\.0\"\\s{0,9}";
    private static final String ID = "\"id\"\\s{0,9}:\\s{0,9}(\"[^\"\\\\]{0,200}\"|-?[0-9]{1,20})\\s{0,9}";

    // Only where they are certainly members of the message itself, and not of what it holds.
    private static final Pattern FIRST =
            Pattern.compile("^\\s{0,9}\\{\\s{0,9}(?:" + VERSION + ",\\s{0,9})?" + ID + ",");
    private static final Pattern LAST = Pattern.compile(",\\s{0,9}" + ID + "(?:,\\s{0,9}" + VERSION + ")?\\}\\s{0,9}$");

    /** The id of the request that it answers, as JSON text; empty if it does not say at either end. */
    public Optional<String> id() {
        Matcher first = FIRST.matcher(new String(head, StandardCharsets.ISO_8859_1));
        if (first.find()) {
            return Optional.of(first.group(1));
        }
        Matcher last = LAST.matcher(new String(tail, StandardCharsets.ISO_8859_1));
        return last.find() ? Optional.of(last.group(1)) : Optional.empty();
    }

    /** Sees such a line go by. */
    static final class Ends {
        private final boolean noRoom;
        private long length;
        private byte[] head = {};
        private byte[] tail = {};

        Ends(boolean noRoom) {
            this.noRoom = noRoom;
        }

        void add(byte[] bytes, int offset, int count) {
            length += count;
            head = joined(head, bytes, offset, Math.min(count, KEPT - head.length));
            int last = Math.min(count, KEPT);
            byte[] more = joined(tail, bytes, offset + count - last, last);
            tail = Arrays.copyOfRange(more, Math.max(0, more.length - KEPT), more.length);
        }

        private static byte[] joined(byte[] before, byte[] bytes, int offset, int count) {
            byte[] joined = Arrays.copyOf(before, before.length + count);
            System.arraycopy(bytes, offset, joined, before.length, count);
            return joined;
        }

        LongLine line() {
            return new LongLine(length, noRoom, head, tail);
        }
    }
}
