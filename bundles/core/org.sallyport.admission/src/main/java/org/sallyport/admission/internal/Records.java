package org.sallyport.admission.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.journal.Disk;
import org.sallyport.admission.internal.journal.Journal;
import org.sallyport.admission.internal.journal.Operation;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.admission.internal.safety.StartGuard;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.registry.RegistryStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that admission writes down: archives, what is wanted, kept states, and the operations that change them. */
final class Records {
    private static final Logger log = LoggerFactory.getLogger(Records.class);

    private final ArtefactStore store;
    private final DesiredState desired;
    private final KeptStates kept;
    private final Operations operations;
    private final Collector collector;
    private final StartGuard guard;

    Records(
            RegistryStore registry,
            Optional<Path> home,
            Chronicle chronicle,
            Collector.Retain others,
            Executor background) {
        this(registry, home.orElse(null), Disk.REAL, chronicle::begun, others, background);
    }

    /**
     * @param home where it is kept; null for memory
     * @param begun told of each operation before anything is done; if it throws, nothing is
     * @param others who keeps something of each archive besides
     */
    Records(
            RegistryStore registry,
            @Nullable Path home,
            Disk disk,
            BiConsumer<Operation.Kind, Operations.Subject> begun,
            Collector.Retain others,
            Executor background) {
        store = new ArtefactStore(home == null ? null : home.resolve("store"), disk);
        operations = new Operations(journal(home, disk), begun, this::ended);
        desired = new DesiredState(registry, operations::writeAhead);
        kept = new KeptStates(registry);
        guard = new StartGuard(home == null ? null : home.resolve("registry").resolve("starts"));
        collector = new Collector(store, desired, operations::bringing, others, background);
    }

    private static Journal journal(@Nullable Path home, Disk disk) {
        try {
            return home == null
                    ? new Journal()
                    : new Journal(home.resolve("registry").resolve("operations.journal"), disk);
        } catch (IOException e) {
            // A change is still one write of the registry; only what is asked about operations later is lost.
            log.error("The journal of operations cannot be used, so they are forgotten at the end: {}", e.toString());
            return new Journal();
        }
    }

    private void ended() {
        collector.collectSoon();
    }

    ArtefactStore store() {
        return store;
    }

    DesiredState desired() {
        return desired;
    }

    KeptStates kept() {
        return kept;
    }

    StartGuard guard() {
        return guard;
    }

    Operations operations() {
        return operations;
    }

    /** Finishes or undoes what the end of the process interrupted. Before all else. */
    void recover() {
        try {
            operations.recover(desired::raw);
            kept.retain(id -> Optional.of(desired.raw(id))
                    .filter(Document::isObject)
                    .map(Desired::of)
                    .filter(wanted -> !wanted.is(Desired.ABSENT))
                    .isPresent());
        } catch (PluginException e) {
            log.error("What an earlier run left could not be looked after: {}", e.getMessage());
        }
    }

    /** Removes what that left. Looks at all files of the store, so not while others wait. */
    void tidy() {
        collector.collect();
    }
}
