package org.sallyport.gateway.internal.rpc;

import org.sallyport.api.document.Document;

/** Bytes that are no message; the answer to them. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient RpcError error;
    private final transient Document id;

    RefusedException(RpcError error, Document id) {
        super(error.message());
        this.error = error;
        this.id = id;
    }

    /** The error response: with the message's id if that could be read, else with {@code null}. */
    public Frame answer() {
        return error.to(id);
    }
}
