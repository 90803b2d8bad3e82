package org.sallyport.bnd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes maps, lists and scalars as JSON with two spaces of indentation. */
final class JsonText {
    private JsonText() {}

    static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out, 0);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, int level) {
        if (value instanceof Map<?, ?> map) {
            List<Runnable> members = new ArrayList<>();
            map.forEach((key, member) -> members.add(() -> {
                quote(String.valueOf(key), out);
                out.append(": ");
                write(member, out, level + 1);
            }));
            all(members, '{', '}', out, level);
        } else if (value instanceof List<?> list) {
            List<Runnable> elements = new ArrayList<>();
            list.forEach(element -> elements.add(() -> write(element, out, level + 1)));
            all(elements, '[', ']', out, level);
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(String.valueOf(value), out);
        }
    }

    private static void all(List<Runnable> parts, char open, char close, StringBuilder out, int level) {
        out.append(open);
        for (int i = 0; i < parts.size(); i++) {
            out.append(i == 0 ? "\n" : ",\n").append("  ".repeat(level + 1));
            parts.get(i).run();
        }
        out.append(parts.isEmpty() ? "" : "\n" + "  ".repeat(level)).append(close);
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
