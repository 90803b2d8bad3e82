package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.util.Map;

/**
 * The way to answer one request: once by {@link #answer} or {@link #events}. Thread-safe: what is done on another thread
 * than the connection's is done there later, in the same order.
 */
interface Responder {
    /** Answers with a body; an empty one has no content type. */
    void answer(HttpResponseStatus status, byte[] json, Map<String, String> headers);

    /** Begins an event stream. */
    void events(Map<String, String> headers, Listener listener);

    /**
     * Whether the event stream is open and has room; if it has none, {@link Listener#writable} tells when. Only on the
     * connection's thread.
     */
    boolean isWritable();

    /** Writes to the event stream, if it is open; only on the connection's thread. */
    void write(byte[] bytes);

    /** Sends what was written; only on the connection's thread. */
    void flush();

    /** Has a task run on the connection's thread if the connection breaks before the request was answered whole. */
    void whenGone(Runnable task);

    /** Ends the event stream in order; the connection may serve the next request. */
    void end();

    /** Ends the connection. */
    void abort();

    /** Ends the connection at that time or up to two seconds later, if the request is not answered whole by then. */
    void abortAt(Instant end);

    /** Runs a task on the connection's thread. */
    void execute(Runnable task);

    /** Is told of the connection while the event stream is open, on the connection's thread. */
    interface Listener {
        /** There is room for more. */
        void writable();

        /** The client is gone. */
        void gone();
    }
}
