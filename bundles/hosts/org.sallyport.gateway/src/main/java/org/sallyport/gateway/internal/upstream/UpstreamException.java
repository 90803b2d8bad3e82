package org.sallyport.gateway.internal.upstream;

/** A server cannot be reached, ended, or answered what is no MCP. */
public final class UpstreamException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean unprocessed;

    /** What happened, to which server, and what to do next. */
    public UpstreamException(String message) {
        this(message, false);
    }

    private UpstreamException(String message, boolean unprocessed) {
        super(message);
        this.unprocessed = unprocessed;
    }

    /** The same, with the failure behind it. */
    public UpstreamException(String message, Throwable cause) {
        super(message, cause);
        this.unprocessed = false;
    }

    /** A failure of a message that the server certainly did not act upon. */
    public static UpstreamException unprocessed(String message) {
        return new UpstreamException(message, true);
    }

    /** Whether the message may be sent once more. If the link begins anew, its inbox was told so before. */
    public boolean isUnprocessed() {
        return unprocessed;
    }
}
