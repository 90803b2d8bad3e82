package org.sallyport.spi.plugin;

import java.util.concurrent.TimeUnit;

/**
 * Which failures of one handler {@link PluginFaults} is told of: another one than the last at once, the same one again after a
 * second, and at most {@value #MOST} a second, because a message may be another one each time. Thread-safe.
 */
public final class FaultNotices {
    /** Most in a second. */
    public static final int MOST = 5;

    /** How long the same one is not told of again, in nanoseconds. */
    public static final long QUIET = TimeUnit.SECONDS.toNanos(1);

    // Guarded by this.
    private String last = "";
    private long lastAt;
    private long since;
    private int told;

    /**
     * Whether to tell of it; who is told {@code true} tells.
     *
     * @param now by {@link System#nanoTime()}
     */
    public synchronized boolean isDue(String sentence, long now) {
        if (told > 0 && sentence.equals(last) && now - lastAt < QUIET) {
            return false;
        }
        if (told == 0 || now - since >= QUIET) {
            since = now;
            told = 0;
        }
        if (told == MOST) {
            return false;
        }
        told++;
        last = sentence;
        lastAt = now;
        return true;
    }
}
