package org.sallyport.gateway.internal.rpc;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Collects one message after the other, each up to a bound and within the room that all have. One thread adds and takes;
 * any may release.
 */
public final class Intake {
    private static final byte[] NOTHING = {};
    private static final int LEAST = 256;

    /** What a large message needed is not kept for the next one. */
    private static final int KEPT = 64 * 1024;

    private final Room room;
    private final long most;
    private final long expected;
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicLong beside = new AtomicLong();
    private byte[] bytes = NOTHING;
    private int size;

    /** What came of adding something. */
    public enum Added {
        YES,
        /** It would be longer than the bound. */
        TOO_LONG,
        /** There is no room for it now. */
        NO_ROOM
    }

    /** @param most longest message in bytes */
    public Intake(Room room, long most) {
        this(room, most, -1);
    }

    /** @param expected what the sender says of its length, which is believed when half of it is there; -1 if it does not */
    public Intake(Room room, long most, long expected) {
        this.room = room;
        this.most = most;
        this.expected = expected;
    }

    /** Adds all that is readable. */
    public Added add(ByteBuf part) {
        return add(part, part.readableBytes());
    }

    /** Adds and skips so many bytes, or none of them. */
    public Added add(ByteBuf part, int length) {
        Added added = prepare(length);
        if (added == Added.YES) {
            part.readBytes(bytes, size, length);
            size += length;
        }
        return added;
    }

    /** Adds these bytes, or none of them. */
    public Added add(byte[] from, int offset, int length) {
        Added added = prepare(length);
        if (added == Added.YES) {
            System.arraycopy(from, offset, bytes, size, length);
            size += length;
        }
        return added;
    }

    private Added prepare(int more) {
        long next = (long) size + more;
        if (next > most || next > Integer.MAX_VALUE - 8) {
            return Added.TOO_LONG;
        } else if (room.take(more)) {
            reserved.addAndGet(more);
        } else if (next <= Room.SMALL && room.takeBeside(more)) {
            reserved.addAndGet(more);
            beside.addAndGet(more);
        } else {
            return Added.NO_ROOM;
        }
        if (bytes.length < next) {
            // Exactly what is there for a message that comes in one part, as most do; then by doubling.
            long capacity = size == 0 ? more : Math.max(LEAST, 2 * next);
            bytes = Arrays.copyOf(bytes, (int) Math.min(Math.min(capacity, half(next)), Math.max(next, most)));
        }
        return Added.YES;
    }

    private long half(long next) {
        return expected >= next && expected <= 2 * next ? expected : Integer.MAX_VALUE - 8;
    }

    /** Bytes of the message so far. */
    public int size() {
        return size;
    }

    /** One of them. */
    public byte at(int index) {
        return bytes[index];
    }

    /** The message. It keeps its place until {@link #release}; the next one can be added. */
    public byte[] take() {
        byte[] whole = bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
        bytes = bytes.length > KEPT || whole == bytes ? NOTHING : bytes;
        size = 0;
        return whole;
    }

    /** Gives back the place of all that was taken. Idempotent. */
    public void release() {
        room.give(reserved.getAndSet(0), beside.getAndSet(0));
    }

    /** Forgets what is there, and gives back its place. */
    public void clear() {
        size = 0;
        bytes = bytes.length > KEPT ? NOTHING : bytes;
        release();
    }
}
