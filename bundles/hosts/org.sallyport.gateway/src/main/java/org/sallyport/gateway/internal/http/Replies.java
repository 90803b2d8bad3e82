package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.RpcError;

/** Answers to requests that are no message, or none that is taken: a status, and a JSON-RPC error that says why. */
final class Replies {
    static final HttpResponseStatus OK = HttpResponseStatus.OK;
    static final byte[] NOTHING = new byte[0];

    private Replies() {}

    static void refuse(Responder to, HttpResponseStatus status, int code, String message) {
        refuse(to, status, code, message, Map.of());
    }

    static void refuse(Responder to, HttpResponseStatus status, int code, String message, Map<String, String> headers) {
        to.answer(status, new RpcError(code, message).to(Document.NULL).bytes(), headers);
    }
}
