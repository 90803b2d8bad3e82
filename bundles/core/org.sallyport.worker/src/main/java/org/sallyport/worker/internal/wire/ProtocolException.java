package org.sallyport.worker.internal.wire;

import java.io.IOException;

/** The other side sent what it may not send. The connection cannot be used any more. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message what was sent, without its content */
    public ProtocolException(String message) {
        super(message);
    }
}
