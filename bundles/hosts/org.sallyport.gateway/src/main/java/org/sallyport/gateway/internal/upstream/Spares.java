package org.sallyport.gateway.internal.upstream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Child processes that were started before a session needs one. Nothing was said to them and nothing of what they said was read, so each is as good
 * as a new one for any session. There are none until {@link #prepare} is called, never more than the bound, and those that nobody took in time
 * are ended. Thread-safe.
 */
final class Spares implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Spares.class);

    /** Starts a process, and ends one. */
    interface Source {
        ChildProcess start() throws UpstreamException;

        void end(ChildProcess child);
    }

    private record Spare(ChildProcess child, long sinceNanos) {}

    private final String server;
    private final int most;
    private final long idleNanos;
    private final Source source;
    private final LongSupplier nanoTime;

    /** Longest waiting first. Its own lock. */
    private final ArrayDeque<Spare> waiting = new ArrayDeque<>();

    /** Starts what is missing, one after the other. Under the lock. */
    private @Nullable Thread filler;

    private long notBefore;
    private boolean closed;

    /**
     * @param most most that wait at a time; 0 for none
     * @param idle longest time that one waits to be taken
     */
    Spares(String server, int most, Duration idle, Source source, LongSupplier nanoTime) {
        this.server = server;
        this.most = most;
        this.idleNanos = idle.toNanos();
        this.source = source;
        this.nanoTime = nanoTime;
        this.notBefore = nanoTime.getAsLong();
    }

    /** Starts as many as are missing; returns at once. */
    void prepare() {
        synchronized (waiting) {
            if (filler == null && isWanting()) {
                filler = new Thread(this::fill, "sallyport-upstream-" + server + "-spares");
                filler.setDaemon(true);
                filler.start();
            }
        }
    }

    private boolean isWanting() {
        return !closed && waiting.size() < most && nanoTime.getAsLong() - notBefore >= 0;
    }

    private void fill() {
        for (; ; ) {
            synchronized (waiting) {
                if (!isWanting()) {
                    filler = null;
                    return;
                }
            }
            ChildProcess child;
            try {
                child = source.start();
            } catch (UpstreamException e) {
                // Whoever needs a process is told why there is none.
                log.debug("No process is kept ready for server [{}]: {}", server, e.getMessage());
                child = null;
            }
            boolean late;
            synchronized (waiting) {
                late = closed;
                if (child == null) {
                    pause();
                } else if (!late) {
                    waiting.add(new Spare(child, nanoTime.getAsLong()));
                }
            }
            if (late && child != null) {
                source.end(child);
            }
        }
    }

    /** A server that does not stay is left alone for as long as one that stays would have waited. */
    private void pause() {
        notBefore = nanoTime.getAsLong() + idleNanos;
    }

    /** One that lives, if there is any; it is the caller's now. */
    Optional<ChildProcess> take() {
        for (; ; ) {
            ChildProcess next;
            synchronized (waiting) {
                Spare first = waiting.poll();
                if (first == null) {
                    return Optional.empty();
                }
                next = first.child();
                if (!next.isAlive()) {
                    pause();
                }
            }
            if (next.isAlive()) {
                return Optional.of(next);
            }
            source.end(next);
        }
    }

    /** Ends those that nobody took in time, and forgets those that ended. Called from time to time. */
    void sweep() {
        List<ChildProcess> over = new ArrayList<>();
        synchronized (waiting) {
            long now = nanoTime.getAsLong();
            waiting.removeIf(spare -> {
                boolean dead = !spare.child().isAlive();
                if (dead) {
                    log.debug("A process that was kept ready for server [{}] ended", server);
                    pause();
                }
                boolean leaves = dead || now - spare.sinceNanos() >= idleNanos;
                if (leaves) {
                    over.add(spare.child());
                }
                return leaves;
            });
        }
        over.forEach(source::end);
    }

    /** How many wait. */
    int size() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    /** Ends all, and returns when none is being started any more. */
    @Override
    public void close() {
        List<Spare> all;
        Thread last;
        synchronized (waiting) {
            closed = true;
            all = List.copyOf(waiting);
            waiting.clear();
            last = filler;
        }
        all.forEach(spare -> source.end(spare.child()));
        if (last != null) {
            try {
                last.join(Duration.ofSeconds(2).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
