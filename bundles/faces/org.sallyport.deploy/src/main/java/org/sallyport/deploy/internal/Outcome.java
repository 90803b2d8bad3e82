package org.sallyport.deploy.internal;

/**
 * What became of a file that was handed over.
 *
 * @param id the plugin that it brought; empty if it brought none
 * @param code why it brought none, a code of {@link org.sallyport.spi.admission.PluginAdmin} or one of those here
 */
record Outcome(String id, String code) {
    /** The file changed before it was read to its end: nothing was done. */
    static final Outcome CHANGED = new Outcome("", "changed");

    /** The file is larger than admission takes. */
    static final String TOO_LARGE = "too_large";

    /** The file could not be read; that may change without a change of the file. */
    static final String UNREADABLE = "unreadable";

    /** Another file brings the same plugin; that may change too. */
    static final String DUPLICATE = "duplicate";

    static Outcome brought(String id) {
        return new Outcome(id, "");
    }

    static Outcome failed(String code) {
        return new Outcome("", code);
    }
}
