package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is to what is wanted without being asked: looks at all plugins again and again, and when something happens in
 * the framework or is written to the registry. What another node wrote is done here too; a bundle that somebody stopped, uninstalled or
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
    private final AtomicBoolean reading = new AtomicBoolean();

    /** Of which the registry is to be read. */
    private final Set<String> unread = ConcurrentHashMap.newKeySet();

    private volatile RegistryStore.@Nullable Watch watch;
    private volatile boolean begun;
    // Guarded by this.
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

    /** Is told from now on of what others write to the registry, and looks at it once it has begun. */
    void listen() {
        watch = desired.watch(ids -> {
            unread.addAll(ids);
            if (begun) {
                readSoon();
            }
        });
    }

    /** Begins to look: at what was written since it listens, and at what is. */
    void begin() {
        begun = true;
        readSoon();
        if (!every.isZero()) {
            lookLater();
        }
    }

    void end() {
        ended = true;
        RegistryStore.Watch told = watch;
        if (told != null) {
            told.close();
        }
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
        later(looking, () -> look(this::lookAtRunning, this::soon));
    }

    /** Something was written to the registry: looks at that alone, on another thread. */
    private void readSoon() {
        later(reading, () -> look(this::lookAtWanted, this::readSoon));
    }

    private void later(AtomicBoolean due, Runnable look) {
        if (!ended && due.compareAndSet(false, true)) {
            background.execute(() -> {
                due.set(false);
                look.run();
            });
        }
    }

    /** Looks at all that runs, and at what is wanted where that may be something else now. */
    void look() {
        look(this::lookAtWanted, this::readSoon);
        look(this::lookAtRunning, this::soon);
    }

    private void lookAtRunning() {
        plugins.all().forEach(slot -> look(slot, slot.desired()));
    }

    private void lookAtWanted() {
        Map<String, Optional<Desired>> wanted = readUnread();
        // What goes: versions beside a main one before it. What comes: after it.
        new TreeMap<>(wanted).descendingMap().forEach((id, one) -> {
            if (one.isEmpty()) {
                plugins.get(id).ifPresent(slot -> read(slot, one));
            }
        });
        wanted.forEach((id, one) -> {
            if (one.isPresent()) {
                read(plugins.slot(id), one);
            }
        });
    }

    private Map<String, Optional<Desired>> readUnread() {
        Map<String, Optional<Desired>> wanted = new TreeMap<>();
        for (String id : unread) {
            // Before it is read: what is written later is told of again.
            unread.remove(id);
            try {
                wanted.put(id, desired.get(id));
            } catch (PluginException e) {
                unread.add(id);
                unread.addAll(wanted.keySet());
                throw e;
            }
        }
        return wanted;
    }

    /** What admission wrote itself is known already, or will be when its operation is done. */
    private void read(Slot slot, Optional<Desired> wanted) {
        if (!slot.desired().equals(wanted)) {
            look(slot, wanted);
            if (!slot.desired().equals(wanted)) {
                unread.add(slot.id);
            }
        }
    }

    /** @param again what to do a little later if an operation ran on one of the plugins */
    private synchronized void look(Runnable looks, Runnable again) {
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
                    .execute(again);
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
