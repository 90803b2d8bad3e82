package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.StateHandover;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the state of one version over to the next, each step for a limited time. */
final class Handover {
    private static final Logger log = LoggerFactory.getLogger(Handover.class);

    private final Duration limit;
    private final Revision from;
    private final Revision to;
    private final Optional<StateHandover> old;
    private final Optional<StateHandover> young;

    Handover(Duration limit, Revision from, Revision to) {
        this.limit = limit;
        this.from = from;
        this.to = to;
        this.old = of(from);
        this.young = of(to);
    }

    private static Optional<StateHandover> of(Revision revision) {
        return revision.contributions.stream()
                .filter(held -> held.is(StateHandover.class))
                .map(held -> (StateHandover) held.service())
                .findFirst();
    }

    /**
     * What a version remembers.
     *
     * @param schemaVersion the form it is in
     */
    record State(int schemaVersion, Document content) {}

    /** The state of a revision whose last call has ended, or empty if it has none or cannot give it. */
    static Optional<State> keep(Duration limit, Revision from) {
        Optional<StateHandover> old = of(from);
        if (old.isEmpty()) {
            return Optional.empty();
        }
        Guarded.Result<State> saved = Guarded.call(
                "save-" + from.name,
                limit,
                () -> new State(old.get().schemaVersion(), old.get().saveState()));
        if (saved instanceof Guarded.Done<State> done && done.value().content() != null) {
            return Optional.of(done.value());
        }
        log.warn("Plugin [{}] could not save its state and will begin without: {}", from.name, Guarded.sentence(saved));
        return Optional.empty();
    }

    /** Gives a revision that does not serve yet the state that was kept. */
    static void restore(Duration limit, Revision to, State state) throws StartFailure {
        Optional<StateHandover> young = of(to);
        if (young.isEmpty()) {
            return;
        }
        Guarded.Result<Boolean> restored = Guarded.call("restore-" + to.name, limit, () -> {
            young.get().restoreState(state.schemaVersion(), state.content());
            return true;
        });
        if (!(restored instanceof Guarded.Done)) {
            throw new StartFailure(
                    "it could not take over the state that was kept: " + Guarded.sentence(restored),
                    "Install a version that understands state of the form [" + state.schemaVersion() + "]",
                    false);
        }
    }

    /**
     * Before publication.
     *
     * @param otherwise what is given instead if what the old version has cannot be had or taken over; it has failed then
     * @return what was handed over
     */
    Optional<State> state(Optional<State> otherwise) throws StartFailure {
        try {
            return state();
        } catch (StartFailure e) {
            if (otherwise.isEmpty()) {
                throw e;
            }
            log.warn("Plugin [{}]: it goes on with the state from before the swap: {}", from.name, e.getMessage());
            restore(limit, to, otherwise.get());
            return otherwise;
        }
    }

    private Optional<State> state() throws StartFailure {
        if (old.isEmpty() || young.isEmpty()) {
            return Optional.empty();
        }
        Guarded.Result<State> saved = Guarded.call(
                "save-" + from.name,
                limit,
                () -> new State(old.get().schemaVersion(), old.get().saveState()));
        if (!(saved instanceof Guarded.Done<State> done) || done.value().content() == null) {
            throw new StartFailure(
                    "version [" + from.version() + "] could not save its state: " + Guarded.sentence(saved),
                    "Install a version that does not take over state, or uninstall the old one first",
                    false);
        }
        restore(limit, to, done.value());
        return Optional.of(done.value());
    }

    /** After the last call on the old version; the new one serves already, so a failure is told and survived. */
    void rest() {
        if (old.isEmpty() || young.isEmpty()) {
            return;
        }
        Guarded.Result<Boolean> merged = Guarded.call("merge-" + from.name, limit, () -> {
            Document rest = old.get().saveRest();
            if (!rest.isNull()) {
                young.get().mergeRest(old.get().schemaVersion(), rest);
            }
            return true;
        });
        if (!(merged instanceof Guarded.Done)) {
            log.warn(
                    "Plugin [{}]: what came late to version [{}] was not merged: {}",
                    from.name,
                    from.version(),
                    Guarded.sentence(merged));
        }
    }
}
