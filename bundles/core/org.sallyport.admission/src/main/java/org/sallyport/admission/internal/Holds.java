package org.sallyport.admission.internal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.safety.Bisect;
import org.sallyport.admission.internal.safety.StartGuard;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which plugins are held back though they are wanted: all in safe mode, some while one looks for a culprit. Thread-safe. */
final class Holds {
    private static final Logger log = LoggerFactory.getLogger(Holds.class);

    /** No plugin's id, so nobody takes it for one. */
    private static final String KEY = "sallyport/bisect";

    private final RegistryStore store;
    private final StartGuard guard;
    private final Executor later;
    private volatile Optional<Hold> safeMode;
    private volatile Optional<Bisect> bisect = Optional.empty();

    /**
     * @param safeMode whether the operator asked for safe mode
     * @param later runs what it is given when a start that goes well until then is good
     */
    Holds(RegistryStore store, StartGuard guard, boolean safeMode, Executor later) {
        this.store = store;
        this.guard = guard;
        this.later = later;
        this.safeMode = safeMode
                ? Optional.of(new Hold(
                        "Sallyport runs in safe mode, in which no plugin is started",
                        "Bring all in with 'sallyport:restore', or this one with 'plugin:enable %s'"))
                : Optional.empty();
    }

    /**
     * Why a plugin is held back.
     *
     * @param next what to do about it, with a place for the plugin's id
     */
    record Hold(String cause, String next) {}

    /** Looks how the starts before went. Once, before any plugin is brought in. */
    void begin() {
        int failed = guard.begin();
        bisect = load();
        if (bisect.isPresent() && failed > 0) {
            log.warn(
                    "The process ended while plugins {} were tried: that counts as harm",
                    bisect.get().on());
            try {
                set(Optional.of(bisect.get().bad()));
            } catch (PluginException e) {
                log.error("{}; so the same plugins are tried again", e.getMessage());
            }
        } else if (failed >= StartGuard.MAX_FAILED && bisect.isEmpty() && safeMode.isEmpty()) {
            log.error("[{}] starts failed one after the other, so no plugin is started", failed);
            safeMode = Optional.of(new Hold(
                    "[" + failed + "] starts failed one after the other, so Sallyport runs in safe mode",
                    "Find out which plugin it is with 'sallyport:bisect start', leave them off with 'sallyport:keep', or"
                            + " try again with 'sallyport:restore'"));
        }
        if (isSafe()) {
            guard.end();
        }
    }

    boolean isSafe() {
        return safeMode.isPresent();
    }

    /** Why a plugin is held back; empty if it is not. */
    Optional<Hold> of(String id) {
        Optional<Bisect> search = bisect;
        if (search.isPresent()) {
            return search.get().on().contains(id)
                    ? Optional.empty()
                    : Optional.of(new Hold(
                            "it is off while 'sallyport:bisect' looks for a culprit",
                            "Answer it with 'sallyport:bisect good' or 'bad', or end it with 'sallyport:bisect stop'"));
        }
        return safeMode;
    }

    /** Ends safe mode; the starts before count no more. */
    void leaveSafeMode() {
        safeMode = Optional.empty();
        beginAgain();
    }

    /** Plugins are about to be started that may end the process. */
    private void beginAgain() {
        guard.again();
        later.execute(this::good);
    }

    Optional<Bisect> bisect() {
        return bisect;
    }

    /** Begins a search over these plugins. */
    Bisect search(List<String> plugins) {
        leaveSafeMode();
        Bisect begun = Bisect.of(plugins);
        set(Optional.of(begun));
        return begun;
    }

    /** Writes down how far a search is; empty if there is none. */
    void set(Optional<Bisect> next) {
        Document value = next.map(Bisect::toDocument).orElse(Document.NULL);
        try {
            Optional<Long> written;
            do {
                long revision =
                        store.get(KEY).map(RegistryStore.Entry::revision).orElse(RegistryStore.ABSENT);
                if (revision == RegistryStore.ABSENT && value.isNull()) {
                    break;
                }
                written = store.compareAndSet(KEY, revision, value);
            } while (written.isEmpty());
        } catch (IOException e) {
            throw new PluginException("registry_failed", "The search could not be written to the registry: " + e, e);
        }
        bisect = next;
        beginAgain();
    }

    private Optional<Bisect> load() {
        try {
            @Nullable Document value = store.get(KEY).map(RegistryStore.Entry::value).orElse(null);
            return value == null ? Optional.empty() : Optional.of(Bisect.of(value));
        } catch (IOException e) {
            log.warn("It is not known whether a search for a culprit runs: {}", e.toString());
            return Optional.empty();
        }
    }

    /** The start is good. */
    void good() {
        if (!isSafe()) {
            guard.good();
        }
    }

    /** The platform ends in order. */
    void end() {
        guard.end();
    }
}
