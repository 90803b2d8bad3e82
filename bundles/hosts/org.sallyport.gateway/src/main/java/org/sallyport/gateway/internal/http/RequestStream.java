package org.sallyport.gateway.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import org.sallyport.gateway.internal.rpc.Frame;

/**
 * The answer to one POSTed request: a JSON body if the response is the first and only message about it, else an event
 * stream. Thread-safe.
 */
final class RequestStream {
    private final Responder responder;
    private final EventStream events;
    private final boolean primed;
    private final long began = System.nanoTime();
    private boolean streaming;
    private boolean over;

    /** @param primed whether an event stream begins with an empty event */
    RequestStream(Responder responder, EventStream events, boolean primed) {
        this.responder = responder;
        this.events = events;
        this.primed = primed;
    }

    /**
     * Gives the client a message about the request.
     *
     * @param end whether it is the response
     * @param headers of the HTTP response, if it has not begun yet
     */
    void deliver(Frame frame, boolean end, Map<String, String> headers) {
        deliver(frame, end, Replies.OK, headers);
    }

    /** The same; {@code status} is that of an answer which comes alone. */
    void deliver(Frame frame, boolean end, HttpResponseStatus status, Map<String, String> headers) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = end;
            if (!streaming && end) {
                responder.answer(status, frame.bytes(), headers);
                return;
            }
        }
        stream(headers);
        events.append(frame.bytes(), end);
    }

    private void stream(Map<String, String> headers) {
        synchronized (this) {
            if (streaming) {
                return;
            }
            streaming = true;
        }
        events.attach(responder, headers, 0, primed);
    }

    /** Begins the event stream if the answer takes long: then the client may come back for it. */
    void streamIfSlow(long limitNanos, Map<String, String> headers) {
        synchronized (this) {
            if (streaming || over || System.nanoTime() - began < limitNanos) {
                return;
            }
            // Decided under the lock: a response that comes now has to go by the stream.
            streaming = true;
        }
        events.attach(responder, headers, 0, primed);
    }

    EventStream events() {
        return events;
    }

    synchronized boolean isStreaming() {
        return streaming;
    }
}
