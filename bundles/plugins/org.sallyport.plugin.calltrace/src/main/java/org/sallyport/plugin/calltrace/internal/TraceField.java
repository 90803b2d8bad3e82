package org.sallyport.plugin.calltrace.internal;

import java.util.Locale;

/** What a trace can say, in its order. */
enum TraceField {
    SERVER("Server"),
    TOOL("Tool"),
    PARAMS("Params"),
    RESPONSE_SIZE("Response"),
    DURATION("Duration"),
    REQUEST_ID("Request ID"),
    TIMESTAMP("Timestamp");

    private final String label;

    TraceField(String label) {
        this.label = label;
    }

    /** What stands before the value. */
    String label() {
        return label;
    }

    /** Its name in the settings. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
