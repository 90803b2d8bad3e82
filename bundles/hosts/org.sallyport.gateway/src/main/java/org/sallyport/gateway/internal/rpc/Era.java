package org.sallyport.gateway.internal.rpc;

/** The two kinds of protocol revisions, which differ in how a conversation goes. */
public enum Era {
    /** Revisions 2024-11-05 to 2025-11-25: a session that begins with {@code initialize}; servers send requests too. */
    LEGACY,

    /** Revision 2026-07-28: every request stands alone and says all about its client; servers only answer. */
    MODERN;

    /** The era of a client's message, by what it says itself. A message that says nothing is legacy. */
    public static Era of(Frame frame) {
        return frame.document().at("params", "_meta").has(Modern.VERSION) ? MODERN : LEGACY;
    }
}
