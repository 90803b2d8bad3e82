package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/** Takes the answer to one HTTP request; called on the event loop of its connection. */
interface HttpReply {
    /** Status and headers came. */
    void head(int status, HttpHeaders headers);

    /** A part of the body came; the buffer is only valid during the call. */
    void content(ByteBuf part);

    /** The answer is complete. */
    void end();

    /**
     * There will be no (complete) answer.
     *
     * @param untouched whether not a byte of an answer came and the connection had been used before, so that the server
     *     most likely closed it before the request arrived
     */
    void broken(Throwable cause, boolean untouched);
}
