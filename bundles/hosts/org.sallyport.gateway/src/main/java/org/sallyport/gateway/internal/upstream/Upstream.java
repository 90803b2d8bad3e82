package org.sallyport.gateway.internal.upstream;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;

/** A configured MCP server. Thread-safe. */
public interface Upstream extends AutoCloseable {
    /** Its configured name: {@code ^[a-z][a-z0-9_-]*$}, without {@code __} and no {@code _} at its end. */
    String name();

    /**
     * Opens a link for one client session; each has its own, so that what a server remembers of a session (log level,
     * subscriptions, roots) stays in it. Returns at once; nothing is sent but what {@link Link#send} is given.
     *
     * @param era how both sides of the link speak. In the legacy era the first frame that is sent is an {@code initialize}
     *     request; in the modern one there is none, and what a request says of its client stands in it
     */
    Link open(Era era, Inbox inbox);

    /**
     * Another link in the legacy era will probably be opened soon: what takes its time then may be begun now. Returns at once.
     */
    default void prepare() {}

    /** What was begun by {@link #prepare} and waits for a link. */
    default int prepared() {
        return 0;
    }

    /** Ends all links and reaps what was started. */
    @Override
    void close();

    /** A conversation with the server on behalf of one client session. Thread-safe. */
    interface Link {
        /**
         * Sends a frame; frames arrive in the order in which they were sent.
         *
         * <p>The stage completes when the frame was handed to the transport, and fails with {@link UpstreamException} if
         * it cannot be delivered. A request whose answer can no longer come is reported by {@link Inbox#failed}.
         */
        CompletionStage<Void> send(Frame frame);

        /** Ends the conversation: deletes the server's session, ends its child process. Idempotent. */
        void close();
    }

    /**
     * Where a link delivers what comes from the server. Called by one thread at a time for each link, in the order in
     * which the server sent; must return quickly (work is done elsewhere).
     */
    interface Inbox {
        /**
         * The server sent a frame.
         *
         * @param frame a response with an id that was sent, a request or a notification
         * @param about the id of the client's request on whose stream it came, as {@link org.sallyport.api.document.Document#toJson()};
         *     empty if the transport does not say (stdio, or the server's general stream)
         */
        void received(Frame frame, String about);

        /**
         * A request that was sent will get no answer.
         *
         * @param id the id it was sent with, as JSON text
         */
        void failed(String id, UpstreamException cause);

        /**
         * The server forgot the session or its process ended, and all requests under way were reported as failed. The
         * next {@link Link#send} starts anew and, in the legacy era, needs an {@code initialize} first.
         */
        void lost(UpstreamException cause);
    }

    /** Time between the tries to start a server again: doubles from the first to the last. */
    record BackOff(Duration first, Duration last) {}
}
