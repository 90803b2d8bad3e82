package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is to what is wanted without being asked: looks at all plugins again and again, and when something happens in
 * the framework. What another node wrote to the registry is done here too; a bundle that somebody stopped, uninstalled or
 * refreshed past admission comes in again; a plugin that uses classes which were replaced is started anew beside itself;
 * and what failed in a way that may pass is tried again. One look at a time; a plugin on which an operation runs is left to
 * the next look. Thread-safe.
 */
final class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    /** Time to the next look when an operation ran on a plugin. */
    private static final Duration SHORTLY = Duration.ofMillis(100);

    private final Plugins plugins;
    private final DesiredState desired;
    private final Arrivals arrivals;
    private final Departures departures;
    private final Lifecycle lifecycle;
    private final Revisions revisions;
    private final Backoff tries;
    private final BooleanSupplier running;
    private final Duration every;
    private final Executor background;
    private final AtomicBoolean looking = new AtomicBoolean();
    private boolean missed;
    private volatile boolean ended;

    /**
     * @param running whether the platform is not being stopped
     * @param every time from one look to the next; zero for looks on events alone
     */
    Reconciler(
            Plugins plugins,
            DesiredState desired,
            Arrivals arrivals,
            Departures departures,
            Lifecycle lifecycle,
            Revisions revisions,
            Backoff tries,
            BooleanSupplier running,
            Duration every,
            Executor background) {
        this.plugins = plugins;
        this.desired = desired;
        this.arrivals = arrivals;
        this.departures = departures;
        this.lifecycle = lifecycle;
        this.revisions = revisions;
        this.tries = tries;
        this.running = running;
        this.every = every;
        this.background = background;
    }

    /** Begins to look. */
    void begin() {
        if (!every.isZero()) {
            lookLater();
        }
    }

    void end() {
        ended = true;
    }

    private void lookLater() {
        CompletableFuture.delayedExecutor(every.toMillis(), TimeUnit.MILLISECONDS, background)
                .execute(() -> {
                    if (!ended) {
                        look();
                        lookLater();
                    }
                });
    }

    /** Something happened in the framework: looks at what runs, on another thread; the registry is not read. */
    void soon() {
        if (!ended && looking.compareAndSet(false, true)) {
            background.execute(() -> {
                looking.set(false);
                look(() -> plugins.all().forEach(slot -> look(slot, slot.desired())));
            });
        }
    }

    /** Looks at all that is wanted and all that runs. */
    void look() {
        look(() -> {
            Map<String, Desired> wanted = desired.all();
            TreeSet<String> gone = new TreeSet<>(Comparator.reverseOrder());
            plugins.all().forEach(slot -> gone.add(slot.id));
            gone.removeAll(wanted.keySet());
            // What goes: versions beside a main one before it. What comes: after it.
            gone.forEach(id -> look(plugins.slot(id), Optional.empty()));
            wanted.forEach((id, one) -> look(plugins.slot(id), Optional.of(one)));
        });
    }

    private synchronized void look(Runnable looks) {
        if (ended || !running.getAsBoolean()) {
            return;
        }
        missed = false;
        try {
            looks.run();
        } catch (PluginException e) {
            log.warn("It could not be seen to what is wanted: {}", e.getMessage());
        }
        if (missed) {
            CompletableFuture.delayedExecutor(SHORTLY.toMillis(), TimeUnit.MILLISECONDS, background)
                    .execute(this::soon);
        }
    }

    private void look(Slot slot, Optional<Desired> wanted) {
        if (isAsWanted(slot, wanted)) {
            return;
        } else if (!slot.operation.tryLock()) {
            missed = true;
            return;
        }
        try {
            bring(slot, desired.get(slot.id));
        } catch (PluginException e) {
            log.warn("Plugin [{}] could not be brought to what is wanted: {}", slot.id, e.getMessage());
            tries.failed(slot.id);
        } catch (RuntimeException e) {
            log.error("Plugin [{}] could not be brought to what is wanted", slot.id, e);
            tries.failed(slot.id);
        } finally {
            slot.operation.unlock();
        }
    }

    private boolean isAsWanted(Slot slot, Optional<Desired> wanted) {
        Revision serving = slot.current;
        boolean same = slot.desired().equals(wanted);
        if (same && serving != null && amiss(serving).isEmpty()) {
            tries.settle(slot.id);
            return true;
        }
        return same && serving == null && !tries.isDue(slot.id);
    }

    private Optional<String> amiss(Revision serving) {
        return revisions.lost(serving).or(() -> revisions.outdated(serving));
    }

    private void bring(Slot slot, Optional<Desired> wanted) {
        if (!slot.desired().equals(wanted)) {
            follow(slot, wanted);
            return;
        }
        Revision serving = slot.current;
        if (serving == null) {
            if (tries.isDue(slot.id)) {
                arrivals.retry(slot);
            }
        } else if (tries.isFree(slot.id)) {
            Optional<String> lost = revisions.lost(serving);
            if (lost.isPresent()) {
                tries.failed(slot.id);
                bringBack(slot, lost.get());
            } else {
                revisions.outdated(serving).ifPresent(why -> startAnew(slot, serving, why));
            }
        }
    }

    /** Another node wrote down something else. */
    private void follow(Slot slot, Optional<Desired> wanted) {
        log.info("Plugin [{}] is wanted otherwise since the registry was changed by somebody else", slot.id);
        tries.forget(slot.id);
        Optional<Desired> before = slot.desired();
        if (wanted.isEmpty() || wanted.get().is(Desired.ABSENT)) {
            departures.uninstalled(slot, wanted, slot.servingVersion());
        } else if (wanted.get().is(Desired.DISABLED)) {
            if (slot.isServing()) {
                departures.disabled(slot, wanted.get());
            } else {
                arrivals.restore(slot.id, wanted.get());
            }
        } else if (slot.serves(wanted.get().sha256())) {
            slot.show(wanted, slot.descriptor());
            if (!settings(before).equals(settings(wanted))) {
                lifecycle.tellAgain(slot);
            }
        } else if (slot.isServing()) {
            arrivals.replace(slot, wanted.get());
        } else {
            arrivals.restore(slot.id, wanted.get());
        }
        if (!marks(before).equals(marks(wanted))) {
            lifecycle.tellMarks(slot, plugins.beside(slot.id));
        }
    }

    private static Document settings(Optional<Desired> known) {
        return known.map(Desired::settings).orElse(Document.EMPTY_OBJECT);
    }

    private static Map<String, Stage> marks(Optional<Desired> known) {
        return known.map(Desired::marks).orElse(Map.of());
    }

    /** Somebody stopped its bundle. */
    private void bringBack(Slot slot, String why) {
        log.warn("Plugin [{}] is started anew: {}", slot.id, why);
        lifecycle.takeOut(slot, false);
        Desired wanted = slot.desired().orElse(null);
        if (wanted != null) {
            arrivals.restore(slot.id, wanted);
            slot.fault = why + " by somebody else than Sallyport";
        }
    }

    private void startAnew(Slot slot, Revision serving, String why) {
        log.info("Plugin [{}] is started anew beside itself: {}", slot.id, why);
        tries.failed(slot.id);
        slot.desired().ifPresent(wanted -> arrivals.replace(slot, wanted));
        if (slot.current == serving) {
            slot.fault = why + ", and it does not come up without: " + slot.fault;
        } else {
            tries.forget(slot.id);
        }
    }
}
