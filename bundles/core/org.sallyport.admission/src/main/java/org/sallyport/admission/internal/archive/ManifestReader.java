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
        // A line may be broken between the bytes of one character, so lines are put together before they are decoded.
        String text = new String(manifest, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        if (text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0 || !text.endsWith("\n")) {
            throw ArchiveException.manifest("its manifest has a line that does not end as it should");
        }
        int end = text.indexOf("\n\n");
        if (text.startsWith("\n ") || end >= 0 && text.startsWith("\n\n ", end)) {
            // The framework takes it for a line that goes on, and what comes after it for more headers.
            throw ArchiveException.manifest("its manifest has an empty line that goes on");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String main = end < 0 ? text : text.substring(0, end + 1);
        for (String line : main.split("\n")) {
            if (!line.startsWith(" ") && !line.contains(": ")) {
                // Java takes it together with the line that goes on; the framework does not.
                throw noHeader(line);
            }
        }
        for (String line : main.replace("\n ", "").split("\n")) {
            header(decoded(line), headers);
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String decoded(String line) throws ArchiveException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ArchiveException.manifest("its manifest is not UTF-8");
        }
    }

    private static void header(String line, Map<String, String> headers) throws ArchiveException {
        int colon = line.indexOf(": ");
        if (colon < 1 || !isName(line.substring(0, colon))) {
            throw noHeader(line);
        }
        String name = line.substring(0, colon);
        if (headers.put(name, line.substring(colon + 2)) != null) {
            throw ArchiveException.manifest("its manifest has the header [" + name + "] twice");
        }
    }

    private static ArchiveException noHeader(String line) {
        return ArchiveException.manifest(
                "its manifest has a line that is no header: [" + line.substring(0, Math.min(60, line.length())) + "]");
    }

    private static boolean isName(String text) {
        return text.chars()
                .allMatch(c ->
                        c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_');
    }
}
