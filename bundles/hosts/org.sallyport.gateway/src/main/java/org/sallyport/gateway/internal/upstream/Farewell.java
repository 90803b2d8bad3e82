package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.CompletableFuture;

/** Waits for the answer to a DELETE, whatever it is: a server need not allow it. */
record Farewell(CompletableFuture<Void> done) implements HttpReply {
    @Override
    public void head(int status, HttpHeaders headers) {
        done.complete(null);
    }

    @Override
    public void content(ByteBuf part) {
        // Nobody reads it.
    }

    @Override
    public void end() {
        done.complete(null);
    }

    @Override
    public void broken(Throwable cause, boolean untouched) {
        done.complete(null);
    }
}
