package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.sallyport.admission.internal.sleep.IndexedPlugin;
import org.sallyport.admission.internal.sleep.PluginIndex;

/**
 * Knows which plugins may sleep: those whose very bytes were in service before and did nothing there but wait for calls.
 * Thread-safe.
 */
final class Sleep {
    /** Changes that come within this time are written together. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final PluginIndex index;
    private final SleepRule rule;
    private final Duration limit;
    private final Executor background;
    private final AtomicBoolean saving = new AtomicBoolean();

    /** @param limit how long a call waits until the plugin that it woke is there */
    Sleep(PluginIndex index, SleepRule rule, Duration limit, Executor background) {
        this.index = index;
        this.rule = rule;
        this.limit = limit;
        this.background = background;
    }

    /**
     * Has something stand in for a plugin, if it may sleep. Whether it may.
     *
     * @param alarm has all plugins started that handle a hook
     */
    boolean prepare(Slot slot, Desired wanted, Consumer<String> alarm) {
        Optional<IndexedPlugin> known = index.find(slot.id, wanted.sha256());
        known.ifPresent(plugin -> {
            slot.asleep = new Sleeper(plugin, wanted.sha256(), alarm, limit);
            slot.show(Optional.of(wanted), Optional.of(plugin.descriptor()));
        });
        return known.isPresent();
    }

    /** Learns from a plugin that came into service whether it may sleep after the next start. */
    void learn(Slot slot) {
        Revision serving = slot.current;
        // The index knows one version of a plugin.
        if (serving != null && !slot.isBeside()) {
            rule.of(serving).ifPresentOrElse(known -> index.put(serving.sha256, known), () -> index.remove(slot.id));
            saveSoon();
        }
    }

    void forget(Slot slot) {
        index.remove(slot.id);
        saveSoon();
    }

    private void saveSoon() {
        if (index.isChanged() && saving.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(QUIET.toMillis(), TimeUnit.MILLISECONDS, background)
                    .execute(() -> {
                        saving.set(false);
                        index.save();
                    });
        }
    }

    /** Writes down what was learned. */
    void save() {
        index.save();
    }
}
