package org.sallyport.policy.internal;

/**
 * How a plugin failed. Made where the plugin's own code may still run, because an exception is code too.
 *
 * @param type class name of what it threw, or a code such as {@code timeout}
 * @param message what it said; may hold content of a message, so it must not reach the log
 * @param where the place it was thrown at, for the log; may be empty
 */
record Failure(String type, String message, String where) {
    /** It did not let go in time. */
    static final String TIMEOUT = "timeout";

    /** It answered something that its type may not answer. */
    static final String CONTRACT = "contract";

    /** Its breaker is open. */
    static final String SUSPENDED = "suspended";

    /** It was taken out of service while the chain still names it. */
    static final String QUARANTINED = "quarantined";

    /** The engine had no thread for it. */
    static final String OVERLOADED = "overloaded";

    private static final int MAX_TYPE = 200;
    private static final int MAX_MESSAGE = 500;
    private static final int MAX_TOLD = 300;

    static Failure of(Throwable thrown) {
        String name = thrown.getClass().getName();
        // Without a package it could pass for a code, and what it says for the engine's own words.
        String type = cut(name.indexOf('.') < 0 ? "class " + name : name, MAX_TYPE);
        try {
            String message = thrown.getMessage();
            StackTraceElement[] trace = thrown.getStackTrace();
            String where = trace.length == 0 ? "" : cut(String.valueOf(trace[0]), MAX_TYPE);
            return new Failure(type, message == null ? "" : cut(message, MAX_MESSAGE), where);
        } catch (Throwable again) {
            return new Failure(type, "", "");
        }
    }

    static Failure contract(String message) {
        return new Failure(CONTRACT, message, "");
    }

    /** Whether the plugin's own code did it, so that it counts against the plugin. */
    boolean isPlugins() {
        return !type.equals(SUSPENDED)
                && !type.equals(QUARANTINED)
                && !type.equals(OVERLOADED)
                && !type.equals(Stage.MISSING)
                && !type.equals(Stage.REFUSED);
    }

    /** Whether it is an exception, so that the message is not the engine's own. */
    boolean isThrown() {
        // A code has no dot and no blank; see of(Throwable).
        return type.indexOf('.') >= 0 || type.startsWith("class ");
    }

    /** For programs: {@code plugin_failed}, {@code plugin_timeout}, {@code plugin_missing}, … */
    String reasonCode() {
        return switch (type) {
            case TIMEOUT, SUSPENDED, QUARANTINED, Stage.MISSING, Stage.REFUSED -> "plugin_" + type;
            default -> "plugin_failed";
        };
    }

    /**
     * What happened in a call, in one sentence for those who ask why.
     *
     * @param cleared whether nothing of the message may be shown, so nothing that an exception says either
     */
    String sentence(String instance, boolean cleared) {
        String what = switch (type) {
            case TIMEOUT -> "exceeded its deadline: " + message;
            case CONTRACT -> "broke the contract of its type: " + message;
            default -> "threw [" + type + "]" + (cleared || message.isEmpty() ? "" : ": " + oneLine(message));
        };
        return "Instance [" + instance + "] " + what;
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder(cut(text, MAX_TOLD));
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.setCharAt(i, ' ');
            }
        }
        return line.toString();
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
