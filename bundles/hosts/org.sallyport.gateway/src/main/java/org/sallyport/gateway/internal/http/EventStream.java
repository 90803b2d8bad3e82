package org.sallyport.gateway.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.session.Counters;

/**
 * A series of numbered server-sent events that a client may leave and come back to (specification 2025-11-25,
 * "Resumability and Redelivery"). Keeps the newest events within bounds for a client that comes back, and what was not
 * sent yet within larger ones; what was sent is kept only while at least half of the {@link Room} is free. A client that reads so slowly that an event it has not seen falls out of those is cut
 * off; it may come back for what is left.
 * Thread-safe; the lock is never held while the connection is used.
 */
final class EventStream {
    private static final byte[] END = {'\n', '\n'};

    /** What is larger is written beside its head and end rather than copied to them. */
    private static final int JOINED = 64 * 1024;

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final String name;
    private final HttpLimits limits;
    private final Counters counters;
    private final Room room;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private long bytes;
    private long last;
    private long sent;
    private boolean finished;
    private boolean abandoned;

    /** Whether its client went, and none came. */
    private boolean left;

    private @Nullable Responder client;
    private volatile long changed = System.nanoTime();

    private record Event(long number, byte[][] parts, Room.Hold hold) {
        long size() {
            long size = 0;
            for (byte[] part : parts) {
                size += part.length;
            }
            return size;
        }
    }

    /** @param name unique in the session, without a dash; empty for a stream to which nobody can come back */
    EventStream(String name, HttpLimits limits, Counters counters, Room room) {
        this.name = name;
        this.limits = limits;
        this.counters = counters;
        this.room = room;
        this.abandoned = name.isEmpty();
    }

    /**
     * Sends the events after that number to a client from now on; a former one is cut off.
     *
     * @param primed whether to begin with an empty event, by which the client learns an id to come back with
     */
    void attach(Responder next, Map<String, String> headers, long after, boolean primed) {
        Responder former;
        long at;
        synchronized (this) {
            former = client;
            client = next;
            left = false;
            sent = Math.max(0, Math.min(after, last));
            at = sent;
            changed = System.nanoTime();
        }
        if (former != null) {
            former.abort();
        }
        next.events(headers, new First(primed ? prime(at) : COMMENT, next));
    }

    /** Writes the opening bytes before the first event. */
    private final class First implements Responder.Listener {
        private byte @Nullable [] opening;
        private final Responder to;

        First(byte[] opening, Responder to) {
            this.opening = opening;
            this.to = to;
        }

        @Override
        public void writable() {
            byte[] now = opening;
            if (now != null) {
                opening = null;
                to.write(now);
                to.flush();
            }
            pump(to);
        }

        @Override
        public void gone() {
            detach(to);
        }
    }

    /**
     * Adds an event.
     *
     * @param message JSON text
     * @param end whether it is the last one
     */
    void append(byte[] message, boolean end) {
        Responder to;
        boolean cut;
        synchronized (this) {
            if (finished) {
                return;
            }
            Event event = encode(++last, message);
            events.add(event);
            bytes += event.size();
            finished = end;
            cut = trim();
            to = client;
            client = cut ? null : to;
            left |= cut;
            trim();
            changed = System.nanoTime();
        }
        if (to != null && cut) {
            counters.cut.increment();
            to.abort();
        } else if (to != null) {
            to.execute(() -> pump(to));
        }
    }

    /**
     * Drops what is beyond the bounds; the newest event stays as long as somebody can come back for it and there is room.
     * Tells whether the client has missed something.
     */
    private boolean trim() {
        return trim(false);
    }

    private boolean trim(boolean tight) {
        boolean missed = false;
        while (!events.isEmpty() && goes(events.getFirst(), tight)) {
            Event dropped = events.removeFirst();
            bytes -= dropped.size();
            dropped.hold.close();
            missed |= client != null && dropped.number > sent;
        }
        return missed;
    }

    private boolean goes(Event oldest, boolean tight) {
        boolean beyond = isBeyond(limits.replayEvents(), limits.replayBytes());
        if (oldest.number <= sent) {
            return beyond || abandoned || tight;
        } else if (client == null) {
            return beyond || abandoned && left;
        }
        return (beyond || abandoned) && isBeyond(limits.unsentEvents(), limits.unsentBytes());
    }

    /** Nobody can come back to it any more: what a client who still listens has not got is all that it keeps. */
    synchronized void abandon() {
        abandoned = true;
        left = client == null;
        trim();
    }

    private boolean isBeyond(int most, long mostBytes) {
        return events.size() > 1
                && (events.size() > most || bytes - events.getLast().size() > mostBytes);
    }

    /** Ends the stream after what is in it. */
    void finish() {
        Responder to;
        synchronized (this) {
            finished = true;
            to = client;
            changed = System.nanoTime();
        }
        if (to != null) {
            to.execute(() -> pump(to));
        }
    }

    /** Writes what the client has not got, as far as there is room. On the connection's thread. */
    private void pump(Responder to) {
        boolean wrote = false;
        while (to.isWritable()) {
            Event next = next(to);
            if (next == null) {
                break;
            }
            for (byte[] part : next.parts) {
                to.write(part);
            }
            wrote = true;
        }
        if (wrote) {
            to.flush();
        }
        boolean end;
        synchronized (this) {
            end = client == to && finished && sent >= last;
            if (end) {
                client = null;
                changed = System.nanoTime();
            }
        }
        if (end) {
            to.end();
        }
    }

    private synchronized @Nullable Event next(Responder to) {
        if (client != to || sent >= last) {
            return null;
        }
        for (Event event : events) {
            if (event.number > sent) {
                sent = event.number;
                trim();
                return event;
            }
        }
        sent = last;
        return null;
    }

    private synchronized void detach(Responder from) {
        if (client == from) {
            client = null;
            left = true;
            trim();
            changed = System.nanoTime();
        }
    }

    private synchronized @Nullable Responder client() {
        return client;
    }

    /** Number of the last event that a client was sent. */
    synchronized long lastSent() {
        return sent;
    }

    /** Whether a client listens. */
    boolean isAttached() {
        return client() != null;
    }

    /** Whether nobody can want anything of it any more. */
    synchronized boolean isStale() {
        return client == null
                && finished
                && System.nanoTime() - changed > limits.resume().toNanos();
    }

    /** Shows a client that waits that the connection lives, and finds out whether the client does. */
    void beat() {
        Responder to;
        synchronized (this) {
            trim(room.isTight());
            to = client;
            if (to == null
                    || sent < last
                    || System.nanoTime() - changed < limits.heartbeat().toNanos()) {
                return;
            }
            changed = System.nanoTime();
        }
        to.execute(() -> {
            to.write(COMMENT);
            to.flush();
        });
    }

    private byte[] prime(long at) {
        String text = "id: " + name + "-" + at + "\nretry: " + limits.retry().toMillis() + "\ndata: \n\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Event encode(long number, byte[] message) {
        String id = name.isEmpty() ? "" : "id: " + name + "-" + number + "\n";
        byte[] head = (id + "event: message\ndata: ").getBytes(StandardCharsets.US_ASCII);
        // A frame has no line breaks; were there one, it would end the event and begin one of the server's choice.
        byte[] line = Frames.oneLine(message);
        if (line.length > JOINED) {
            return new Event(number, new byte[][] {head, line, END}, room.hold(line.length));
        }
        byte[] event = Arrays.copyOf(head, head.length + line.length + END.length);
        System.arraycopy(line, 0, event, head.length, line.length);
        System.arraycopy(END, 0, event, event.length - END.length, END.length);
        return new Event(number, new byte[][] {event}, room.hold(event.length));
    }
}
