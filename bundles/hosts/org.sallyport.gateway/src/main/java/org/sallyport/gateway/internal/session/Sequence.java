package org.sallyport.gateway.internal.session;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps messages in order while their passes through the policy chain run elsewhere. A step that holds lets nothing that
 * came later begin before it is done; a step that only follows waits for those that hold, but holds nobody itself. A step
 * that throws is done; who ran it gets that when those that waited have begun.
 * Thread-safe; steps run on the caller's thread or on the one that ended the step before.
 */
final class Sequence {
    private static final int RUNNING = 0;
    private static final int LEFT = 1;
    private static final int DONE = 2;

    private final int limit;
    private final ArrayDeque<Consumer<Runnable>> waiting = new ArrayDeque<>(0);
    private boolean busy;

    /** @param limit most steps that wait */
    Sequence(int limit) {
        this.limit = limit;
    }

    /**
     * Runs a step that holds those after it.
     *
     * @param step is given what it has to run when it is done, once, on any thread
     * @return whether there was room for it
     */
    boolean hold(Consumer<Runnable> step) {
        synchronized (this) {
            if (busy) {
                return waiting.size() < limit && waiting.add(step);
            }
            busy = true;
        }
        run(step);
        return true;
    }

    /** Runs a step after all that hold now. */
    boolean follow(Runnable step) {
        synchronized (this) {
            if (busy) {
                return waiting.size() < limit
                        && waiting.add(done -> {
                            step.run();
                            done.run();
                        });
            }
        }
        step.run();
        return true;
    }

    /** A loop rather than recursion, so that a long queue of quick steps does not end in a stack overflow. */
    private void run(Consumer<Runnable> first) {
        Throwable failed = null;
        Consumer<Runnable> step = first;
        while (step != null) {
            AtomicInteger state = new AtomicInteger(RUNNING);
            try {
                step.accept(() -> {
                    if (!state.compareAndSet(RUNNING, DONE) && state.compareAndSet(LEFT, DONE)) {
                        run(next());
                    }
                });
            } catch (RuntimeException | Error e) {
                // It may never say that it is done, and those that wait are not to wait for ever.
                state.set(DONE);
                failed = first(failed, e);
            }
            if (state.compareAndSet(RUNNING, LEFT)) {
                break;
            }
            step = next();
        }
        if (failed instanceof Error error) {
            throw error;
        } else if (failed != null) {
            throw (RuntimeException) failed;
        }
    }

    private static Throwable first(@Nullable Throwable before, Throwable now) {
        if (before == null) {
            return now;
        } else if (before != now) {
            before.addSuppressed(now);
        }
        return before;
    }

    private synchronized Consumer<Runnable> next() {
        Consumer<Runnable> step = waiting.poll();
        busy = step != null;
        return step;
    }
}
