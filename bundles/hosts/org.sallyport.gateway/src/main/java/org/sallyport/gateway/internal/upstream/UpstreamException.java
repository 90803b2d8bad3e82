package org.sallyport.gateway.internal.upstream;

/** A server cannot be reached, ended, or answered what is no MCP. */
public final class UpstreamException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What happened, to which server, and what to do next. */
    public UpstreamException(String message) {
        super(message);
    }

    /** The same, with the failure behind it. */
    public UpstreamException(String message, Throwable cause) {
        super(message, cause);
    }
}
