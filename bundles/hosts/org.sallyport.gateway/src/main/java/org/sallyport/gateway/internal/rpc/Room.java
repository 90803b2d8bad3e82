package org.sallyport.gateway.internal.rpc;

import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * How many bytes the messages that are on their way may have, all together, both directions. A message takes its place
 * byte by byte as it comes in ({@link #take}), and is refused when there is none left. What is in already is never
 * refused for that: it keeps its place by {@link #hold} from one stretch of its way to the next, and gives it back when
 * it was answered or written. Between two stretches a message may count twice, so less fits, never more.
 *
 * <p>Bytes are those of the text in UTF-8; what a message takes in memory is a multiple of it that docs/performance.md
 * gives. Thread-safe; no method waits.
 */
@Component(service = Room.class)
public final class Room {
    /** A message of up to so many bytes may use the part that large ones leave. */
    static final int SMALL = 64 * 1024;

    private final AtomicLong taken = new AtomicLong();

    /** Those of them that small messages took beyond the bound. */
    private final AtomicLong beside = new AtomicLong();

    private volatile long most;
    private volatile long kept;

    /** One without a bound, until {@link #most(long)} sets it. */
    @Activate
    public Room() {
        this(Long.MAX_VALUE);
    }

    /** @param most the bound in bytes */
    public Room(long most) {
        this.most = most;
    }

    /** Sets the bound, in bytes, with nothing beside. What is in stays in. */
    public void most(long bytes) {
        most(bytes, 0);
    }

    /**
     * Sets the bounds, in bytes. What is in stays in.
     *
     * @param all of all messages
     * @param small of the small ones for which there is no room beside the others; so a large message does not keep others from going on
     */
    public void most(long all, long small) {
        most = all;
        kept = small;
    }

    /** Takes so many bytes if there is room for them; tells whether there was. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) > most) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Takes so many bytes of a small message out of what is kept for those; tells whether there was room. */
    boolean takeBeside(long bytes) {
        if (beside.addAndGet(bytes) > kept) {
            beside.addAndGet(-bytes);
            return false;
        }
        taken.addAndGet(bytes);
        return true;
    }

    /**
     * Gives back what was taken.
     *
     * @param bytes all
     * @param ofThemBeside what was taken by {@link #takeBeside}
     */
    void give(long bytes, long ofThemBeside) {
        taken.addAndGet(-bytes);
        beside.addAndGet(-ofThemBeside);
    }

    /** A place for what is in already. */
    public Hold hold(Frame frame) {
        return hold(frame.bytes().length);
    }

    /** The same for so many bytes. */
    public Hold hold(long bytes) {
        taken.addAndGet(bytes);
        return new Hold(this, bytes);
    }

    /** Whether more than half is taken, so that nothing is to be kept which is not on its way. */
    public boolean isTight() {
        return taken.get() > most / 2;
    }

    /** Bytes that are taken now. */
    public long taken() {
        return taken.get();
    }

    /** Why something was refused, and what to do; it goes behind a colon. */
    public String full() {
        return "messages on their way may have [" + most + "] bytes together and [" + taken.get()
                + "] are taken ('max.bodies.bytes' of the gateway); try again later, or ask for less";
    }

    /** The place of one message. Thread-safe. */
    public static final class Hold implements AutoCloseable {
        private final Room room;
        private final AtomicLong bytes;

        private Hold(Room room, long bytes) {
            this.room = room;
            this.bytes = new AtomicLong(bytes);
        }

        /** Gives it back. Idempotent. */
        @Override
        public void close() {
            room.give(bytes.getAndSet(0), 0);
        }
    }
}
