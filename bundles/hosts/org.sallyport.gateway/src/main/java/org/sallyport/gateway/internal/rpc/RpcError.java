package org.sallyport.gateway.internal.rpc;

import org.sallyport.api.document.Document;

/**
 * A JSON-RPC error.
 *
 * @param code one of the constants, or what an upstream or plugin gave
 * @param message what happened and what to do, without content that was removed
 * @param data more for programs; {@link Document#NULL} for nothing
 */
public record RpcError(int code, String message, Document data) {
    /** The text is no JSON. */
    public static final int PARSE_ERROR = -32700;

    /** The JSON is no message of this protocol. */
    public static final int INVALID_REQUEST = -32600;

    /** Nobody here knows the method. */
    public static final int METHOD_NOT_FOUND = -32601;

    /** The method is known, its parameters name nothing. */
    public static final int INVALID_PARAMS = -32602;

    /** A critical plugin failed, or the gateway did. */
    public static final int INTERNAL_ERROR = -32603;

    /** A plugin blocked the message. */
    public static final int BLOCKED = -32000;

    /** The session is unknown or ended. */
    public static final int SESSION_NOT_FOUND = -32001;

    /** The upstream server cannot be reached or ended. */
    public static final int UPSTREAM_UNAVAILABLE = -32004;

    /** The message could not be audited, so it was stopped. */
    public static final int AUDITING_FAILED = -32005;

    /** The headers of an HTTP request do not repeat what its body says. */
    public static final int HEADER_MISMATCH = -32020;

    /** The request needs something that its client cannot do. */
    public static final int MISSING_CAPABILITY = -32021;

    /** The protocol version of the request is not spoken here. */
    public static final int UNSUPPORTED_VERSION = -32022;

    /** The request was cancelled by who sent it. */
    public static final int CANCELLED = -32800;

    /** An error without data. */
    public RpcError(int code, String message) {
        this(code, message, Document.NULL);
    }

    /** The response frame. */
    public Frame to(Document id) {
        Document error = Document.EMPTY_OBJECT.with("code", Document.of(code)).with("message", Document.of(message));
        if (!data.isNull()) {
            error = error.with("data", data);
        }
        return Frame.of(Frames.envelope(id).with("error", error));
    }
}
