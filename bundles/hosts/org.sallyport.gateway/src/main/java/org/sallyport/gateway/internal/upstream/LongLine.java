package org.sallyport.gateway.internal.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is kept of a line that was too long: enough to see whose answer it would have been.
 *
 * @param length of the line in bytes
 * @param head its first bytes
 * @param tail its last bytes
 */
record LongLine(long length, byte[] head, byte[] tail) {
    /** Most bytes that are kept of each end. */
    static final int KEPT = 512;

    private static final String VERSION = "\"jsonrpc\"\\s{0,9}:\\s{0,9}\"2\\.0\"\\s{0,9}";
    private static final String ID = "\"id\"\\s{0,9}:\\s{0,9}(\"[^\"\\\\]{0,200}\"|-?[0-9]{1,20})\\s{0,9}";

    // Only where they are certainly members of the message itself, and not of what it holds.
    private static final Pattern FIRST =
            Pattern.compile("^\\s{0,9}\\{\\s{0,9}(?:" + VERSION + ",\\s{0,9})?" + ID + ",");
    private static final Pattern LAST = Pattern.compile(",\\s{0,9}" + ID + "(?:,\\s{0,9}" + VERSION + ")?\\}\\s{0,9}$");

    /** The id of the request that it answers, as JSON text; empty if it does not say at either end. */
    Optional<String> id() {
        Matcher first = FIRST.matcher(new String(head, StandardCharsets.ISO_8859_1));
        if (first.find()) {
            return Optional.of(first.group(1));
        }
        Matcher last = LAST.matcher(new String(tail, StandardCharsets.ISO_8859_1));
        return last.find() ? Optional.of(last.group(1)) : Optional.empty();
    }
}
