package org.sallyport.plugin.injection.internal;

import java.util.Locale;

/** Kinds of injection; the names in lower case are those of settings and reports. */
enum Method {
    DELIMITER_INJECTION("delimiters"),
    ROLE_MANIPULATION("roles"),
    CONTEXT_HIJACKING("context");

    private final String title;

    Method(String title) {
        this.title = title;
    }

    /** The name in settings and reports. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name for people. */
    String title() {
        return title;
    }
}
