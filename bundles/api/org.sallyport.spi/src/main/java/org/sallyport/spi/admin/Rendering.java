package org.sallyport.spi.admin;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;

/**
 * Shows what verbs answer, the same in shell and command line: records line by line, lists of records as tables, and all
 * of it as JSON. Text from plugins is hostile until it went through here: whatever could move a terminal's cursor, change
 * its colours or turn the reading direction is shown as an escape such as {@code \u001b}. Stateless.
 */
public final class Rendering {
    /** Most characters of a cell in a table; of a longer text the end is cut and marked by an ellipsis. */
    public static final int MAX_CELL = 200;

    /** Most rows of a table; a line says how many more there are. */
    public static final int MAX_ROWS = 10_000;

    /** Most levels of records, lists and maps within one another; what is deeper is shown as an ellipsis. */
    public static final int MAX_LEVELS = 16;

    private static final String ELLIPSIS = "…";

    private Rendering() {}

    /** For people: lines without a line end after the last; empty for {@code null}. */
    public static String text(@Nullable Object answer) {
        return lines(plain(answer, 0), true);
    }

    /** The same in one line, without line breaks. */
    public static String line(@Nullable Object answer) {
        return cell(plain(answer, 0));
    }

    /** For programs: one JSON value. */
    public static String json(@Nullable Object answer) {
        return document(answer).toJson(2);
    }

    /** The same as a document: records as objects, what JSON does not know as text. */
    public static Document document(@Nullable Object answer) {
        return Document.fromJava(plain(answer, 0));
    }

    /** One clear sentence on what failed. Of what is no {@link PluginException} it says the class too. */
    public static String failure(Throwable failure) {
        String message;
        try {
            message = failure.getMessage();
        } catch (RuntimeException | StackOverflowError e) {
            message = null;
        }
        if (failure instanceof PluginException && message != null) {
            return clean(message, false);
        }
        return clean(
                "Unexpected failure [" + failure.getClass().getName() + "]"
                        + (message == null || message.isBlank() ? "" : ": " + message),
                false);
    }

    /**
     * Text without the characters that a terminal acts upon: control characters, changes of direction, invisible
     * separators and lone surrogates become escapes.
     *
     * @param lines whether line feeds and tabs may stay
     */
    public static String clean(String text, boolean lines) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' && !lines) {
                clean.append("\\n");
            } else if (isHarmless(c) || lines && (c == '\n' || c == '\t')) {
                clean.appendCodePoint(c);
            } else {
                clean.append(String.format(c > 0xFFFF ? "\\u{%x}" : "\\u%04x", c));
            }
        });
        return clean.toString();
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** As JSON-like Java values: maps in order, lists, texts, numbers, booleans, null. */
    private static @Nullable Object plain(@Nullable Object value, int level) {
        if (value == null
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof Integer
                || value instanceof java.math.BigDecimal) {
            return value;
        } else if (level > MAX_LEVELS) {
            return ELLIPSIS;
        } else if (value instanceof Document document) {
            return plain(document.toJava(), level);
        } else if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null), level);
        } else if (value instanceof Record record) {
            return members(record, level);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            map.forEach((key, member) -> members.put(String.valueOf(key), plain(member, level + 1)));
            return members;
        } else if (value instanceof Collection<?> collection) {
            List<@Nullable Object> elements = new ArrayList<>();
            collection.forEach(element -> elements.add(plain(element, level + 1)));
            return elements;
        } else if (value instanceof Object[] array) {
            return plain(Arrays.asList(array), level);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            return new java.math.BigDecimal(number.toString());
        }
        return String.valueOf(value);
    }

    private static Map<String, @Nullable Object> members(Record record, int level) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                // Records of providers are public at most within their bundle.
                component.getAccessor().setAccessible(true);
                members.put(component.getName(), plain(component.getAccessor().invoke(record), level + 1));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(
                        "Component [" + component.getName() + "] of [" + record.getClass() + "] could not be read", e);
            }
        }
        return members;
    }

    private static String lines(@Nullable Object value, boolean outermost) {
        if (value instanceof Map<?, ?> map) {
            return details(map);
        } else if (value instanceof List<?> list) {
            boolean table = !list.isEmpty() && list.stream().allMatch(Map.class::isInstance);
            if (table) {
                return Table.of(list.stream().map(row -> (Map<?, ?>) row).toList());
            }
            return String.join("\n", list.stream().map(Rendering::cell).toList());
        }
        return value == null ? "" : clean(String.valueOf(value), outermost);
    }

    private static String details(Map<?, ?> members) {
        int width = members.keySet().stream()
                .mapToInt(key -> clean(String.valueOf(key), false).length())
                .max()
                .orElse(0);
        List<String> lines = new ArrayList<>();
        members.forEach((key, member) -> {
            String name = clean(String.valueOf(key), false);
            boolean nested = member instanceof Map<?, ?> map && !map.isEmpty()
                    || member instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance);
            if (nested) {
                lines.add(name + ":");
                lines.add(lines(member, false).indent(2).stripTrailing());
            } else {
                lines.add((name + ":" + " ".repeat(width - name.length() + 2) + cell(member)).stripTrailing());
            }
        });
        return String.join("\n", lines);
    }

    /** One line. */
    static String cell(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return String.join(", ", list.stream().map(Rendering::cell).toList());
        } else if (value instanceof Map<?, ?> map) {
            List<String> members = new ArrayList<>();
            map.forEach((key, member) -> members.add(clean(String.valueOf(key), false) + "=" + cell(member)));
            return "{" + String.join(", ", members) + "}";
        }
        return value == null ? "" : clean(String.valueOf(value), false);
    }
}
