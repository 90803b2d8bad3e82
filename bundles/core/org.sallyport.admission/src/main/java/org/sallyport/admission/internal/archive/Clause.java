package org.sallyport.admission.internal.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One clause of a manifest header (OSGi Core 8, 3.2.3): paths, then attributes and directives. Read strictly: what
 * parsers read differently (quotes in a name or in part of a value, backslashes outside of quotes) is refused, so that
 * the framework cannot see other clauses than the gates did.
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
            if (equals < 0 && part.indexOf('"') >= 0) {
                throw ArchiveException.manifest("its header [" + header + "] has a name with a quote");
            } else if (equals < 0) {
                paths.add(part);
                continue;
            }
            boolean directive = equals > 0 && part.charAt(equals - 1) == ':';
            String name = part.substring(0, directive ? equals - 1 : equals).trim();
            int type = name.indexOf(':');
            if (!directive && type >= 0) {
                name = name.substring(0, type).trim();
            }
            String value = unquote(header, part.substring(equals + 1).trim());
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

    /** A value is quoted as a whole or not at all: of one that has a quote inside, parsers make different ends. */
    private static String unquote(String header, String value) throws ArchiveException {
        if (value.indexOf('"') < 0) {
            return value;
        }
        int last = value.length() - 1;
        boolean whole = value.charAt(0) == '"';
        for (int i = 1; i < last && whole; i++) {
            whole = value.charAt(i) != '"';
            if (value.charAt(i) == '\\') {
                i++;
            }
        }
        if (!whole) {
            throw ArchiveException.manifest("its header [" + header + "] has a value that is quoted in part");
        }
        // Only the quote's own escape goes here; those of a list are kept for list().
        return value.substring(1, last).replace("\\\"", "\"");
    }

    private static List<String> split(String header, String text, char separator) throws ArchiveException {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && !quoted) {
                throw ArchiveException.manifest("its header [" + header + "] has a backslash outside of quotes");
            } else if (c == '\\') {
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
