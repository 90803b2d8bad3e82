package org.sallyport.plugin.toolpinning.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How two canonical texts differ, for people: a line for each value that went ({@code -}) or came ({@code +}), with its
 * place as a JSON Pointer. Canonical JSON is simple enough to be read here.
 */
final class Diff {
    /** Most lines. */
    static final int MAX_LINES = 200;

    /** Most characters of a value. */
    static final int MAX_VALUE = 1_000;

    /** Characters of what is common that stand before a difference. */
    private static final int CONTEXT = 40;

    private Diff() {}

    static List<String> lines(@Nullable String before, @Nullable String after) {
        Map<String, String> old = before == null ? Map.of() : new Leaves(before).read();
        Map<String, String> now = after == null ? Map.of() : new Leaves(after).read();
        List<String> lines = new ArrayList<>();
        TreeSet<String> places = new TreeSet<>(old.keySet());
        places.addAll(now.keySet());
        for (String place : places) {
            String one = old.get(place);
            String other = now.get(place);
            if (one == null || other == null || !one.equals(other)) {
                int common = one == null || other == null ? 0 : common(one, other);
                line(lines, "- ", place, one, common);
                line(lines, "+ ", place, other, common);
            }
        }
        if (lines.size() > MAX_LINES) {
            int left = lines.size() - MAX_LINES;
            lines = new ArrayList<>(lines.subList(0, MAX_LINES));
            lines.add("… (" + left + " more lines)");
        }
        return lines;
    }

    private static void line(List<String> lines, String sign, String place, @Nullable String value, int common) {
        if (value != null) {
            int from = Math.max(0, common - CONTEXT);
            String shown = (from == 0 ? "" : "…") + Readable.of(value.substring(from), MAX_VALUE);
            lines.add(sign + Readable.of(place, MAX_VALUE) + ": " + shown);
        }
    }

    private static int common(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int i = 0;
        while (i < length && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return i;
    }

    /** The scalars (and empty containers) of a canonical text by their places. */
    private static final class Leaves {
        private final String text;
        private final Map<String, String> leaves = new LinkedHashMap<>();
        private int at;

        Leaves(String text) {
            this.text = text;
        }

        Map<String, String> read() {
            value("");
            return leaves;
        }

        private void value(String place) {
            char c = text.charAt(at);
            if ((c == '{' || c == '[') && text.charAt(at + 1) != c + 2) {
                at++;
                for (int index = 0; ; index++) {
                    String step = Integer.toString(index);
                    if (c == '{') {
                        step = scalar();
                        step = step.substring(1, step.length() - 1)
                                .replace("~", "~0")
                                .replace("/", "~1");
                        at++;
                    }
                    value(place + "/" + step);
                    if (text.charAt(at++) != ',') {
                        return;
                    }
                }
            } else if (c == '{' || c == '[') {
                leaves.put(place, text.substring(at, at + 2));
                at += 2;
            } else {
                leaves.put(place, scalar());
            }
        }

        private String scalar() {
            int from = at;
            if (text.charAt(at) == '"') {
                for (at++; text.charAt(at) != '"'; at++) {
                    at += text.charAt(at) == '\\' ? 1 : 0;
                }
                at++;
            } else {
                while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
            }
            return text.substring(from, at);
        }
    }
}
