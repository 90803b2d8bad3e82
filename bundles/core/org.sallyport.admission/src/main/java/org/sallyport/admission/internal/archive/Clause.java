package org.sallyport.admission.internal.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One clause of a manifest header (OSGi Core 8, 3.2.3): paths, then attributes and directives.
 *
 * @param paths such as package names
 * @param attributes raw texts by name, without their types
 * @param directives by name
 */
record Clause(List<String> paths, Map<String, String> attributes, Map<String, String> directives) {
    /** Most clauses of a header. */
    static final int MAX = 2_000;

    String path() {
        return paths.get(0);
    }

    Optional<String> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    /** An attribute of the type {@code List}: commas part, a backslash takes the next character as it is. */
    List<String> list(String name) {
        List<String> values = new ArrayList<>();
        attribute(name).ifPresent(text -> {
            StringBuilder value = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\' && i + 1 < text.length()) {
                    value.append(text.charAt(++i));
                } else if (c == ',') {
                    values.add(value.toString().trim());
                    value.setLength(0);
                } else {
                    value.append(c);
                }
            }
            values.add(value.toString().trim());
        });
        values.removeIf(String::isEmpty);
        return values;
    }

    /** Reads a header; linear in its length. */
    static List<Clause> parse(String header, String text) throws ArchiveException {
        List<Clause> clauses = new ArrayList<>();
        for (String clause : split(header, text, ',')) {
            if (clauses.size() == MAX) {
                throw ArchiveException.manifest("its header [" + header + "] has more than [" + MAX + "] clauses");
            }
            clauses.add(clause(header, clause));
        }
        return clauses;
    }

    private static Clause clause(String header, String text) throws ArchiveException {
        List<String> paths = new ArrayList<>();
        Map<String, String> attributes = new LinkedHashMap<>();
        Map<String, String> directives = new LinkedHashMap<>();
        for (String part : split(header, text, ';')) {
            int equals = unquotedEquals(part);
            if (equals < 0) {
                paths.add(part);
                continue;
            }
            boolean directive = equals > 0 && part.charAt(equals - 1) == ':';
            String name = part.substring(0, directive ? equals - 1 : equals).trim();
            int type = name.indexOf(':');
            if (!directive && type >= 0) {
                name = name.substring(0, type).trim();
            }
            String value = unquote(part.substring(equals + 1).trim());
            if ((directive ? directives : attributes).put(name, value) != null) {
                throw ArchiveException.manifest("its header [" + header + "] says [" + name + "] twice in one clause");
            }
        }
        if (paths.isEmpty() || paths.contains("")) {
            throw ArchiveException.manifest("its header [" + header + "] has a clause without a name");
        }
        return new Clause(List.copyOf(paths), attributes, directives);
    }

    private static int unquotedEquals(String part) {
        int quote = part.indexOf('"');
        int equals = part.indexOf('=');
        return quote >= 0 && quote < equals ? -1 : equals;
    }

    private static String unquote(String value) {
        if (value.length() < 2 || value.charAt(0) != '"' || !value.endsWith("\"")) {
            return value;
        }
        String inner = value.substring(1, value.length() - 1);
        // Only the quote's own escape goes here; those of a list are kept for list().
        return inner.replace("\\\"", "\"");
    }

    private static List<String> split(String header, String text, char separator) throws ArchiveException {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(from, i).trim());
                from = i + 1;
            }
        }
        if (quoted) {
            throw ArchiveException.manifest("its header [" + header + "] has a quote that does not end");
        }
        parts.add(text.substring(from).trim());
        return parts;
    }
}
