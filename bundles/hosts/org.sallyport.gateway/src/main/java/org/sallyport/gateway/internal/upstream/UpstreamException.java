package org.sallyport.gateway.internal.upstream;

/** A server cannot be reached, ended, or answered what is no MCP. */
public final class UpstreamException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean unprocessed;
    private final boolean answer;

    /** What happened, to which server, and what to do next. */
    public UpstreamException(String message) {
        this(message, false, false);
    }

    private UpstreamException(String message, boolean unprocessed, boolean answer) {
        super(message);
        this.unprocessed = unprocessed;
        this.answer = answer;
    }

    /** The same, with the failure behind it. */
    public UpstreamException(String message, Throwable cause) {
        super(message, cause);
        this.unprocessed = false;
        this.answer = false;
    }

    /** A failure of a message that the server certainly did not act upon. */
    public static UpstreamException unprocessed(String message) {
        return new UpstreamException(message, true, false);
    }

    /** A server that was there refused, in words that are no MCP. */
    public static UpstreamException answer(String message) {
        return new UpstreamException(message, false, true);
    }

    /** Whether the server was there and refused. */
    public boolean isAnswer() {
        return answer;
    }

    /** Whether the message may be sent once more. If the link begins anew, its inbox was told so before. */
    public boolean isUnprocessed() {
        return unprocessed;
    }
}
