package org.sallyport.plugin.pii.internal;

import java.util.Locale;

/** Kinds of personal data; the names are those of reports and placeholders. */
enum PiiType {
    EMAIL("e-mail"),
    PHONE("phone"),
    CREDIT_CARD("card"),
    IP_ADDRESS("IP address"),
    NATIONAL_ID("national id");

    private final String title;

    PiiType(String title) {
        this.title = title;
    }

    /** The name in settings. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name for people. */
    String title() {
        return title;
    }
}
