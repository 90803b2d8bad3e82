package org.sallyport.plugin.injection.internal;

/** How much is taken for an injection; each level holds those before it. */
enum Sensitivity {
    /** Only what can hardly be anything else. */
    RELAXED,
    /** The usual forms. */
    STANDARD,
    /** Also what is often harmless. */
    STRICT;

    boolean includes(Sensitivity other) {
        return compareTo(other) >= 0;
    }
}
