package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the snapshot in service. Changes are compiled one at a time on a thread of its own, so no lock is held while a
 * plugin is configured; a new snapshot is published by one volatile write.
 */
final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    private final Compiler compiler;
    private final Seating seating;
    private final Couriers couriers;
    private final ThreadPoolExecutor changes;
    private volatile Snapshot current = Snapshot.empty();
    private volatile Compiler.Input input;

    // Of the thread that makes the changes.
    private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);
    private final Complaints complaints;
    private boolean waiting;

    /** @param patience how long an instance may be missing before that is warned of */
    Publisher(Compiler compiler, Seating seating, Couriers couriers, Options options, Duration patience) {
        this.compiler = compiler;
        this.seating = seating;
        this.couriers = couriers;
        this.complaints = new Complaints(patience);
        this.input = new Compiler.Input(
                NoPlugins.INSTANCE, List.of(), List.of(), List.of(), options, true, Optional.empty());
        this.changes = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
            Thread thread = new Thread(null, body, "sallyport-policy-compiler", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        changes.allowCoreThreadTimeOut(true);
    }

    /** The snapshot in service, with a lease on it that the caller gives back. */
    Snapshot lease() {
        while (true) {
            Snapshot snapshot = current;
            // It fails only when the snapshot was replaced since the line above, so this ends.
            if (snapshot.tryLease()) {
                return snapshot;
            }
        }
    }

    Snapshot current() {
        return current;
    }

    Compiler.Input input() {
        return input;
    }

    /**
     * Compiles and publishes. Waits until the new snapshot is in service, not until the old ones are drained.
     *
     * @return completes when no call runs on an earlier snapshot, and what only they used was closed
     */
    CompletableFuture<Void> change(UnaryOperator<Compiler.Input> change) {
        CompletableFuture<CompletableFuture<Void>> published = new CompletableFuture<>();
        try {
            changes.execute(() -> {
                try {
                    published.complete(publish(change.apply(input)));
                } catch (Throwable t) {
                    log.error("The policy chain could not be compiled; the one before stays in service", t);
                    // With the plugins in it, so nobody may stop them until another one replaced it.
                    drained = CompletableFuture.allOf(drained, current.drained());
                    published.complete(drained);
                }
            });
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
        return published.join();
    }

    private CompletableFuture<Void> publish(Compiler.Input next) {
        Snapshot old = current;
        PluginSet before = input.set();
        input = next;
        seating.retainOnly(next.set());
        Snapshot fresh = compiler.compile(next, old).snapshot();
        current = fresh;
        CompletableFuture<Void> gone = old.retire().thenCompose(nothing -> close(old));
        // Both are needed: an earlier snapshot may be in use longer than the one that was replaced now.
        drained = drained.isDone() ? gone : CompletableFuture.allOf(drained, gone);
        complaints.look(fresh, System.nanoTime());
        complain();
        log.debug(
                "Policy chain compiled for plugin set [{}], before [{}]",
                next.set().generation(),
                before.generation());
        return drained;
    }

    /** Closes what only this snapshot used, after it was drained. */
    CompletableFuture<Void> close(Snapshot snapshot) {
        List<Seat> unused = snapshot.releaseSeats();
        unused.forEach(couriers::forget);
        return seating.close(unused);
    }

    /** Warns of instances that cannot stand where they are configured, of each once and not before it has had time to. */
    private void complain() {
        for (ChainEntry entry : complaints.due(System.nanoTime())) {
            log.warn("Instance [{}] is {}: {}", entry.instance(), entry.state(), entry.why());
        }
        OptionalLong wait = complaints.untilNext(System.nanoTime());
        if (wait.isPresent() && !waiting) {
            waiting = true;
            // Refused without a word once this was closed.
            CompletableFuture.delayedExecutor(wait.getAsLong(), TimeUnit.NANOSECONDS, changes)
                    .execute(() -> {
                        waiting = false;
                        complain();
                    });
        }
    }

    /** Takes all members out of service and waits for the running calls, at most for this long. */
    void close(Duration limit) {
        CompletableFuture<Void> gone = change(now -> new Compiler.Input(
                NoPlugins.INSTANCE, List.of(), List.of(), List.of(), now.options(), false, Optional.empty()));
        changes.shutdown();
        gone.completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS).join();
    }

    @Override
    public void close() {
        close(Seating.CLOSE_LIMIT);
    }
}
