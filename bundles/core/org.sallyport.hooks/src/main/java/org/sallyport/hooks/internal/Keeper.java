package org.sallyport.hooks.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher's own thread: one for all hooks, for what no caller may be held up with. It sweeps every millisecond
 * while snapshots drain, and looks after the hooks every {@value #TICK_MILLIS} ms. Thread-safe.
 */
final class Keeper implements AutoCloseable {
    /** How often the hooks are looked after, in milliseconds. */
    static final long TICK_MILLIS = 100;

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    private static final long SWEEP = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    private final BooleanSupplier sweep;
    private final Runnable tick;
    private final Thread thread = new Thread(this::run, "sallyport-hooks");
    private volatile boolean closed;

    /**
     * @param sweep returns whether there is more to sweep
     * @param tick looks after the hooks
     */
    Keeper(BooleanSupplier sweep, Runnable tick) {
        this.sweep = sweep;
        this.tick = tick;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** There is something to sweep. */
    void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }

    private void run() {
        long due = System.nanoTime();
        while (!closed) {
            try {
                boolean more = sweep.getAsBoolean();
                if (System.nanoTime() - due >= 0) {
                    tick.run();
                    due = System.nanoTime() + TICK;
                }
                LockSupport.parkNanos(this, more ? SWEEP : TICK);
            } catch (Throwable e) { // it has to go on, whatever happened to one hook
                log.error("The hooks could not be looked after; trying again", e);
                LockSupport.parkNanos(this, TICK);
            }
        }
    }
}
