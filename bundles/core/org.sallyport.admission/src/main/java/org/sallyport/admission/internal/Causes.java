package org.sallyport.admission.internal;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes one sentence part of what was thrown, from the innermost cause that says something. */
final class Causes {
    private static final int MAX = 300;

    private Causes() {}

    /** Of a throwable. Its methods are plugin code too, which may throw in turn. */
    static String sentence(Throwable thrown) {
        try {
            Map<Throwable, Boolean> seen = new IdentityHashMap<>();
            Throwable root = thrown;
            while (root.getCause() != null && seen.put(root, true) == null && seen.size() < 50) {
                root = root.getCause();
            }
            return describe(root.getClass().getName(), String.valueOf(root.getMessage()));
        } catch (Throwable e) { // Hostile getMessage or getCause.
            return "it threw [" + thrown.getClass().getName() + "], which cannot be asked for more";
        }
    }

    /** Of a printed stack trace. */
    static String fromTrace(String trace) {
        String line = trace.lines().findFirst().orElse("");
        for (String one : (Iterable<String>) trace.lines()::iterator) {
            if (one.startsWith("Caused by: ")) {
                line = one.substring("Caused by: ".length());
            }
        }
        int colon = line.indexOf(": ");
        return colon < 0
                ? describe(line.trim(), "null")
                : describe(line.substring(0, colon).trim(), line.substring(colon + 2));
    }

    private static String describe(String type, String message) {
        String simple = type.substring(type.lastIndexOf('.') + 1);
        Optional<String> known = switch (simple) {
            case "NoClassDefFoundError" ->
                Optional.of(
                        message.startsWith("Could not initialize class")
                                ? message.replace(
                                        "Could not initialize class", "the static initialiser failed of class")
                                : missing(message));
            case "ClassNotFoundException" -> Optional.of(missing(message.split(" ", 2)[0]));
            case "StackOverflowError" -> Optional.of("it called itself without end (StackOverflowError)");
            case "OutOfMemoryError" -> Optional.of("there was not enough memory (" + message + ")");
            case "UnsupportedClassVersionError" -> Optional.of("it needs a newer Java: " + message);
            default -> Optional.empty();
        };
        return cut(known.orElseGet(() -> message.equals("null") ? simple : simple + ": " + message));
    }

    private static String missing(String name) {
        return "class " + name.replace('/', '.') + " is missing; import its package or embed it in the bundle";
    }

    /** One line of bounded length. */
    static String cut(String text) {
        boolean isLong = text.length() > MAX;
        // Not through the middle of a character that takes two.
        int end = !isLong ? text.length() : Character.isHighSurrogate(text.charAt(MAX - 1)) ? MAX - 1 : MAX;
        StringBuilder line = new StringBuilder();
        text.chars().limit(end).forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
        return isLong ? line + "…" : line.toString();
    }
}
