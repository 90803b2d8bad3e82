package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks at all host threads and at the queue every {@value #TICK_MILLIS} ms and takes overdue work over.
 * So a call that is watched costs a volatile write, not an entry in a timer; what it costs here does not depend on how
 * many calls there are. Sleeps while nothing runs.
 */
final class Watchdog implements AutoCloseable {
    /** How late a deadline may be noticed. */
    static final long TICK_MILLIS = 10;

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final long CLOSE_MILLIS = 1000;
    private static final int QUIET_TICKS = 50;
    private static final long TICK = Duration.ofMillis(TICK_MILLIS).toNanos();
    // Later than any deadline, and still comparable with it.
    private static final long NEVER = Long.MAX_VALUE / 2;
    private static final long NAP = Duration.ofSeconds(1).toNanos();

    private final HostThreads threads;
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    Watchdog(HostThreads threads) {
        this.threads = threads;
        this.thread = new Thread(null, this::watch, "sallyport-policy-watchdog", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    /** Something that has to be watched began. Called after it became visible. */
    void look() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private void watch() {
        int quiet = 0;
        while (!closed) {
            quiet = scan() ? 0 : quiet + 1;
            if (quiet < QUIET_TICKS) {
                LockSupport.parkNanos(TICK);
                continue;
            }
            asleep = true;
            // Again after the flag is up: what began before saw it down and will not call.
            if (!scan()) {
                LockSupport.parkNanos(NAP);
            }
            asleep = false;
            quiet = 0;
        }
        // Nobody looks after this, so what is still under way is decided now.
        while (scan(System.nanoTime() + NEVER, false)) {
            LockSupport.parkNanos(TICK);
        }
    }

    private boolean scan() {
        return scan(System.nanoTime(), true);
    }

    /** Whether anything is under way; what only waits counts if it may still begin. */
    private boolean scan(long now, boolean begins) {
        boolean busy = false;
        try {
            threads.relieve(now);
            for (HostThread host : threads.threads()) {
                Watched work = host.watched;
                if (work != null) {
                    busy = true;
                    check(work, host, now);
                }
            }
            for (Runnable waiting : threads.waiting()) {
                busy |= begins;
                if (waiting instanceof Watched work) {
                    check(work, null, now);
                }
            }
        } catch (Throwable t) {
            log.error("The policy watchdog stumbled and goes on; please report this", t);
        }
        return busy;
    }

    private void check(Watched work, @Nullable HostThread host, long now) {
        if (work.takeOver(host, now)) {
            if (host != null) {
                threads.giveUp(host);
            }
            work.overdue(host);
            if (host != null) {
                threads.interruptLater(host);
            }
        }
    }

    /** Takes over what still runs and waits, and returns when that was done. After the threads were stopped. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
