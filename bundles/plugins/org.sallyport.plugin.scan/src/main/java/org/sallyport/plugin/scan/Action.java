package org.sallyport.plugin.scan;

/** What is done with a message in which something was found. */
public enum Action {
    /** It stops. */
    BLOCK,
    /** It goes on with placeholders in place of what was found; it stops if that cannot be done. */
    REDACT,
    /** It goes on unchanged, and what was found is reported. */
    AUDIT_ONLY
}
