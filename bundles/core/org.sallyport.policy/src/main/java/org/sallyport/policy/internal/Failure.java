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

    private static final int MAX_TYPE = 200;
    private static final int MAX_MESSAGE = 500;

    static Failure of(Throwable thrown) {
        String type = cut(thrown.getClass().getName(), MAX_TYPE);
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
                && !type.equals(Stage.MISSING)
                && !type.equals(Stage.REFUSED);
    }

    /** For programs: {@code plugin_failed}, {@code plugin_timeout}, {@code plugin_missing}, … */
    String reasonCode() {
        return switch (type) {
            case TIMEOUT, SUSPENDED, QUARANTINED, Stage.MISSING, Stage.REFUSED -> "plugin_" + type;
            default -> "plugin_failed";
        };
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
