package org.sallyport.gateway.internal.upstream;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;

/**
 * The sessions that the gateway holds at a server of the legacy era for clients of the modern one. One request has a
 * session alone at a time, so that what the server asks or says there can be about nothing else. Thread-safe.
 */
final class LegacySeats {
    /** Most sessions that are kept for later requests. */
    static final int MAX_IDLE = 8;

    /** Most sessions that are kept after their request was cancelled, for what the server may still say of it. */
    static final int MAX_LINGERING = 4;

    private final Upstream server;

    /** Idle sessions by what their client can do; latest used first. Its own lock. */
    private final ArrayDeque<Seat> idle = new ArrayDeque<>();

    /** Sessions whose request was cancelled and is not answered yet; oldest first. Under the lock of the idle ones. */
    private final ArrayDeque<Seat> lingering = new ArrayDeque<>();

    private final Set<Seat> seats = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LegacySeats(Upstream server) {
        this.server = server;
    }

    /** A session, and who hears what the server says in it. */
    final class Seat {
        private final String client;
        final Conversation conversation;
        volatile @Nullable Consumer<Frame> hearer;

        private Seat(String key, Document client) {
            this.client = key;
            this.conversation = new Conversation(server, client, this::said);
            seats.add(this);
        }

        void close() {
            seats.remove(this);
            conversation.close();
        }

        private void said(Frame frame) {
            Consumer<Frame> now = hearer;
            if (now != null) {
                now.accept(frame);
            } else if (frame.isRequest()) {
                conversation.refuse(frame.id(), "No request is under way for which a client could be asked");
            }
        }
    }

    /** A session for what a client can do; the caller has it alone until it gives it back. */
    Seat take(Document meta) {
        Document info = meta.get(Modern.CLIENT);
        Document client = Document.object("capabilities", meta.get(Modern.CAPABILITIES))
                .with(
                        "clientInfo",
                        info.isObject()
                                ? info
                                : Document.object("name", Document.of("sallyport"))
                                        .with("version", Document.of("0")));
        String key = client.toJson();
        synchronized (idle) {
            for (Seat seat : idle) {
                if (seat.client.equals(key)) {
                    idle.remove(seat);
                    return seat;
                }
            }
        }
        return new Seat(key, client);
    }

    /** Gives a session back for the next request. */
    void release(Seat seat) {
        seat.hearer = null;
        Seat surplus = null;
        synchronized (idle) {
            idle.addFirst(seat);
            if (idle.size() > MAX_IDLE || closed) {
                surplus = idle.pollLast();
            }
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    /** What a server still says of a cancelled request must not be heard by another. */
    void linger(Seat seat) {
        seat.hearer = null;
        Seat oldest = null;
        synchronized (idle) {
            lingering.add(seat);
            if (lingering.size() > MAX_LINGERING) {
                oldest = lingering.poll();
            }
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    /** The server has said its last word of a cancelled request. */
    void settled(Seat seat) {
        boolean mine;
        synchronized (idle) {
            mine = lingering.remove(seat);
        }
        if (mine) {
            release(seat);
        }
    }

    /** Ends all sessions. */
    void close() {
        closed = true;
        List.copyOf(seats).forEach(Seat::close);
    }
}
