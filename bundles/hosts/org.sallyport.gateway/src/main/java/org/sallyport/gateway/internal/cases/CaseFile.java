package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** Reads a file of cases: a JSON object on each line, in UTF-8. Empty lines are skipped. */
final class CaseFile {
    /** Largest file in bytes. */
    static final long MAX_BYTES = 64L << 20;

    /** Longest line in bytes. */
    static final int MAX_LINE = 8 << 20;

    /** Most cases. */
    static final int MAX_CASES = 100_000;

    private CaseFile() {}

    /** @throws PluginException with the code {@code invalid_cases}; it names the line */
    static List<Case> read(String file, byte[] bytes) {
        List<Case> cases = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        int line = 0;
        int from = bytes.length >= 3 && (bytes[0] & 0xff) == 0xef && (bytes[1] & 0xff) == 0xbb ? 3 : 0;
        while (from < bytes.length) {
            line++;
            int end = from;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            if (!blank(bytes, from, end)) {
                Case read = read(file, line, bytes, from, end);
                Integer before = seen.putIfAbsent(read.id(), line);
                if (before != null) {
                    throw invalid(file, line, "the id [" + read.id() + "] stands in line " + before + " already");
                }
                cases.add(read);
            }
            from = end + 1;
        }
        return cases;
    }

    private static Case read(String file, int line, byte[] bytes, int from, int end) {
        if (end - from > MAX_LINE) {
            throw invalid(file, line, "it is longer than " + MAX_LINE + " bytes");
        } else if (line > MAX_CASES) {
            throw invalid(file, line, "a file holds at most " + MAX_CASES + " lines");
        }
        try {
            return Case.of(line, Json.read(bytes, from, end - from));
        } catch (JsonException e) {
            throw invalid(file, line, "it is no JSON (column " + e.place().column() + "): " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw invalid(file, line, String.valueOf(e.getMessage()));
        }
    }

    private static boolean blank(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private static PluginException invalid(String file, int line, String what) {
        return new PluginException("invalid_cases", "File [" + file + "], line " + line + ": " + what);
    }
}
