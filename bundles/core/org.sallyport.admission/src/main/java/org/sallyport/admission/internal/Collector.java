package org.sallyport.admission.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes archives from the store to which nothing refers any more, and has others forget what they keep of such. Thread-safe. */
final class Collector {
    private static final Logger log = LoggerFactory.getLogger(Collector.class);

    /** What ends within this time is looked after together. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final ArtefactStore store;
    private final DesiredState desired;
    private final Supplier<Set<String>> bringing;
    private final Retain others;
    private final Executor background;
    private final AtomicBoolean due = new AtomicBoolean();

    /** Keeps something for each archive. */
    interface Retain {
        /** @param archives those that are referred to */
        void retain(Set<String> archives) throws IOException;
    }

    /**
     * @param bringing what running operations bring
     * @param others told after the store
     */
    Collector(
            ArtefactStore store,
            DesiredState desired,
            Supplier<Set<String>> bringing,
            Retain others,
            Executor background) {
        this.store = store;
        this.desired = desired;
        this.bringing = bringing;
        this.others = others;
        this.background = background;
    }

    /** Looks after the store a little later, on another thread. */
    void collectSoon() {
        if (due.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(QUIET.toMillis(), TimeUnit.MILLISECONDS, background)
                    .execute(() -> {
                        due.set(false);
                        collect();
                    });
        }
    }

    /** Removes what nothing refers to now. */
    void collect() {
        try {
            store.retain(this::referenced);
            others.retain(referenced());
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "The store could not be looked after; it may hold more than is needed, or signatures of what is gone: {}",
                    e.toString());
        }
    }

    private Set<String> referenced() {
        // In this order: what an operation brings is in the registry before the operation ends.
        Set<String> all = new HashSet<>(bringing.get());
        desired.all().values().forEach(wanted -> {
            all.add(wanted.sha256());
            wanted.displaced().forEach(older -> all.add(older.sha256()));
            wanted.held().ifPresent(waiting -> all.add(waiting.sha256()));
        });
        return all;
    }
}
