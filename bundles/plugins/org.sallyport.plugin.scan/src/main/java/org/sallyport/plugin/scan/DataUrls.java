package org.sallyport.plugin.scan;

/** Finds the payloads of base64 {@code data:} URLs (RFC 2397), which hold no text of their own. */
final class DataUrls {
    private static final String MARK = ";base64,";

    private static final int SHORTEST = "data:".length() + MARK.length();

    /** Longest media type with its parameters. */
    private static final int MAX_TYPE = 256;

    private DataUrls() {}

    /** Start of the next payload from {@code from} on, or -1. */
    static int nextPayload(String text, int from) {
        if (text.length() - from <= SHORTEST) {
            return -1;
        }
        int mark = text.indexOf(MARK, from);
        while (mark >= 0) {
            if (isDataUrl(text, mark)) {
                return mark + MARK.length();
            }
            mark = text.indexOf(MARK, mark + MARK.length());
        }
        return -1;
    }

    /** End of the payload that starts at {@code start}. */
    static int payloadEnd(String text, int start) {
        int i = start;
        while (i < text.length() && (Base64Text.isSymbol(text.charAt(i)) || text.charAt(i) == '=')) {
            i++;
        }
        return i;
    }

    /** Walks back over the media type; commas and blanks cannot be in it, so marks never share a walk. */
    private static boolean isDataUrl(String text, int mark) {
        for (int i = mark - 1; i >= 4 && i >= mark - MAX_TYPE; i--) {
            char c = text.charAt(i);
            if (c == ',' || c <= ' ' || c == '"' || c == '\'') {
                return false;
            }
            if (c == ':' && text.regionMatches(true, i - 4, "data", 0, 4)) {
                return true;
            }
        }
        return false;
    }
}
