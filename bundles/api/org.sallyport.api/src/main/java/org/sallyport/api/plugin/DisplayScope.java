package org.sallyport.api.plugin;

/** Where a plugin's configuration may stand. */
public enum DisplayScope {
    /** For all servers, or overridden for one. */
    GLOBAL,
    /** Only for a named server: its settings mean nothing without one. */
    SERVER_AWARE,
    /** Only for the servers it names as compatible. */
    SERVER_SPECIFIC
}
