package org.sallyport.gateway.internal.session;

import org.sallyport.gateway.internal.rpc.Frame;

/** The way to the client. Thread-safe; methods return at once and do not throw. */
public interface ClientSink {
    /**
     * A message for the client.
     *
     * @param about the key of the client's request that it belongs to; empty if to none. A response belongs
     *     to the request it answers and is the last message about it.
     */
    void deliver(Frame frame, String about);

    /** The client withdrew a request: nothing more will come about it. */
    void cancelled(String about);

    /** The session is over. Called once. */
    void ended();
}
