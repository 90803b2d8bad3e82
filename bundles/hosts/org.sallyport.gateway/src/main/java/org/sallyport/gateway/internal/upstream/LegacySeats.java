package org.sallyport.gateway.internal.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;

/**
 * The sessions that the gateway holds at a server of the legacy era for clients of the modern one. One request has a
 * session alone at a time, so that what the server asks or says there can be about nothing else; subscriptions, of which a server never asks
 * anything, listen beside it. Thread-safe.
 */
final class LegacySeats {
    /** Most sessions that are kept for later requests, beside those in which a subscription listens. */
    static final int MAX_IDLE = 8;

    /** Most sessions whose request was cancelled and about which the server has not said its last word. */
    static final int MAX_LINGERING = 4;

    private final Upstream server;

    /** Idle sessions; latest used first. Its own lock. */
    private final ArrayDeque<Seat> idle = new ArrayDeque<>();

    /** Sessions whose request was cancelled; oldest first. Under the lock of the idle ones. */
    private final ArrayDeque<Seat> lingering = new ArrayDeque<>();

    /** All that are open. Changed under the lock of the idle ones. */
    private final Set<Seat> seats = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    LegacySeats(Upstream server) {
        this.server = server;
    }

    /** A session, and who hears what the server says in it. */
    final class Seat {
        private final String client;
        private final Set<ModernSubscription> listeners = ConcurrentHashMap.newKeySet();
        final Conversation conversation;
        final WatchedResources watched;
        volatile @Nullable Consumer<Frame> hearer;

        private Seat(String key, Document client) {
            this.client = key;
            this.conversation = new Conversation(server, client, this::said, this::lost);
            this.watched = new WatchedResources(conversation);
        }

        private void close() {
            conversation.close();
            lost(new UpstreamException("The session at server [" + server.name() + "] was given up"));
        }

        void leave(ModernSubscription listener) {
            listeners.remove(listener);
            trim();
        }

        private void lost(UpstreamException cause) {
            watched.lost();
            listeners.forEach(listener -> listener.lost(cause));
        }

        private void said(Frame frame) {
            Consumer<Frame> now = hearer;
            String method = frame.method().orElse("");
            if (frame.isRequest() && method.equals("ping")) {
                conversation.answer(frame.id(), Document.EMPTY_OBJECT);
            } else if (now != null) {
                now.accept(frame);
            } else if (frame.isRequest()) {
                conversation.refuse(frame.id(), "No request is under way for which a client could be asked");
            }
            if (!frame.isRequest()) {
                listeners.forEach(listener -> listener.changed(frame));
            }
        }
    }

    private record Client(String key, Document params) {
        static Client of(Document meta) {
            Document info = meta.get(Modern.CLIENT);
            Document params = Document.object("capabilities", meta.get(Modern.CAPABILITIES))
                    .with(
                            "clientInfo",
                            info.isObject()
                                    ? info
                                    : Document.object("name", Document.of("sallyport"))
                                            .with("version", Document.of("0")));
            return new Client(params.toJson(), params);
        }
    }

    /** A session for what a client can do; the caller has it alone until it gives it back. */
    Seat take(Document meta) {
        Client client = Client.of(meta);
        synchronized (idle) {
            Optional<Seat> known = first(idle.stream(), client);
            if (known.isPresent()) {
                idle.remove(known.get());
                return known.get();
            }
        }
        return open(client);
    }

    /** A session in which a subscription listens until it leaves: the latest used one if there is any for what its client can do. */
    Seat listen(Document meta, ModernSubscription listener) {
        Client client = Client.of(meta);
        synchronized (idle) {
            Stream<Seat> busy = seats.stream().filter(seat -> !lingering.contains(seat));
            Optional<Seat> known = first(Stream.concat(idle.stream(), busy), client);
            if (known.isPresent()) {
                known.get().listeners.add(listener);
                return known.get();
            }
        }
        Seat seat = open(client);
        seat.listeners.add(listener);
        release(seat);
        return seat;
    }

    private static Optional<Seat> first(Stream<Seat> among, Client client) {
        return among.filter(seat -> seat.client.equals(client.key())).findFirst();
    }

    private Seat open(Client client) {
        Seat seat = new Seat(client.key(), client.params());
        synchronized (idle) {
            seats.add(seat);
        }
        if (closed) {
            seat.close();
        }
        server.prepare();
        return seat;
    }

    /** Gives a session back for the next request. */
    void release(Seat seat) {
        seat.hearer = null;
        synchronized (idle) {
            idle.addFirst(seat);
        }
        trim();
    }

    private void trim() {
        List<Seat> surplus = new ArrayList<>();
        synchronized (idle) {
            int kept = 0;
            for (Iterator<Seat> each = idle.iterator(); each.hasNext(); ) {
                Seat seat = each.next();
                if (closed || (seat.listeners.isEmpty() && ++kept > MAX_IDLE)) {
                    each.remove();
                    seats.remove(seat);
                    surplus.add(seat);
                }
            }
        }
        surplus.forEach(Seat::close);
    }

    /** What a server still says of a cancelled request must not be heard by another. */
    void linger(Seat seat) {
        seat.hearer = null;
        Seat oldest = null;
        synchronized (idle) {
            lingering.add(seat);
            if (lingering.size() > MAX_LINGERING) {
                oldest = lingering.poll();
                seats.remove(oldest);
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
        List<Seat> all;
        synchronized (idle) {
            all = List.copyOf(seats);
            seats.clear();
            idle.clear();
            lingering.clear();
        }
        all.forEach(Seat::close);
    }
}
