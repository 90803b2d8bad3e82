package org.sallyport.gateway.internal.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Collects a request's body up to a limit, and within what all bodies together may take. One thread. */
final class Body {
    private static final byte[] NOTHING = new byte[0];
    private static final int FIRST = 64 * 1024;

    private final long limit;
    private final AtomicLong budget;
    private byte[] bytes = NOTHING;
    private int length;
    private long reserved;

    /**
     * @param limit most bytes
     * @param budget bytes that all bodies together may still take
     */
    Body(long limit, AtomicLong budget) {
        this.limit = limit;
        this.budget = budget;
    }

    /** What came of adding a part. */
    enum Added {
        YES,
        TOO_LARGE,
        NO_ROOM
    }

    Added add(ByteBuf part) {
        int more = part.readableBytes();
        if (length + (long) more > limit) {
            return Added.TOO_LARGE;
        }
        if (budget.addAndGet(-more) < 0) {
            budget.addAndGet(more);
            return Added.NO_ROOM;
        }
        reserved += more;
        if (bytes.length - length < more) {
            // Exactly what is there for a body that comes in one part, as most do; then by doubling.
            long room = length == 0 ? more : Math.max(FIRST, 2L * (length + more));
            bytes = Arrays.copyOf(bytes, (int) Math.min(room, limit));
        }
        part.readBytes(bytes, length, more);
        length += more;
        return Added.YES;
    }

    /** The body. */
    byte[] take() {
        byte[] whole = bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        release();
        return whole;
    }

    /** Gives back what it took. Idempotent. */
    void release() {
        budget.addAndGet(reserved);
        reserved = 0;
        bytes = NOTHING;
        length = 0;
    }
}
