package org.sallyport.sandbox.internal.budget;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of a thread in which it works for one plugin, or for the host again inside of that. The fields of the watchdog are its
 * alone; {@code bytes} belongs to the thread.
 */
final class Call {
    /** For whom; null for the host. */
    final @Nullable Entrance entrance;

    /** What the thread did before, and goes on with. */
    final @Nullable Call outer;

    /** What the guard takes back at the end. Of the thread alone. */
    @Nullable Object before;

    /** Why it is over its budget; empty while it is not. */
    volatile String over = "";

    /** Bytes of large arrays, as far as they were counted one by one. */
    long bytes;

    // Of the watchdog: what it saw when it saw this call for the first time.
    boolean seen;
    long since;
    long cpu;
    long allocated;

    Call(@Nullable Entrance entrance, @Nullable Call outer) {
        this.entrance = entrance;
        this.outer = outer;
    }
}
