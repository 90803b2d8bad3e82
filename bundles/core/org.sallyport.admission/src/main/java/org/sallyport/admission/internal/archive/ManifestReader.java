package org.sallyport.admission.internal.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the main section of a manifest (JAR File Specification) strictly: what parsers read differently (a header twice,
 * a bare carriage return, a last line without end, bytes that are no UTF-8) is refused, so that the framework cannot see
 * other headers than the gates did.
 */
final class ManifestReader {
    private ManifestReader() {}

    /** The main headers; names in any case. */
    static Map<String, String> read(byte[] manifest) throws ArchiveException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(manifest))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ArchiveException.manifest("its manifest is not UTF-8");
        }
        text = text.replace("\r\n", "\n");
        if (text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0 || !text.endsWith("\n")) {
            throw ArchiveException.manifest("its manifest has a line that does not end as it should");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int end = text.indexOf("\n\n");
        String main = end < 0 ? text : text.substring(0, end + 1);
        for (String line : main.replace("\n ", "").split("\n")) {
            int colon = line.indexOf(": ");
            if (colon < 0 && line.endsWith(":")) {
                colon = line.length() - 1;
            }
            if (colon < 1 || !isName(line.substring(0, colon))) {
                throw ArchiveException.manifest("its manifest has a line that is no header: ["
                        + line.substring(0, Math.min(60, line.length())) + "]");
            }
            String value = line.substring(Math.min(line.length(), colon + 2));
            if (headers.put(line.substring(0, colon), value) != null) {
                throw ArchiveException.manifest("its manifest has the header [" + line.substring(0, colon) + "] twice");
            }
        }
        return Collections.unmodifiableMap(headers);
    }

    private static boolean isName(String text) {
        return text.chars()
                .allMatch(c ->
                        c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_');
    }
}
