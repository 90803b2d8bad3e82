package org.sallyport.admission.internal.journal;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.admission.internal.journal.Operation.Outcome;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs changes of plugins as operations. A change is made by one write to the registry, and what is to be written is in the
 * journal first. So there is one rule for all that was interrupted: if the registry holds what was intended, the operation
 * is finished, else nothing was changed. Thread-safe; operations on one plugin must not overlap.
 */
public final class Operations {
    private static final Logger log = LoggerFactory.getLogger(Operations.class);

    private final Journal journal;
    private final BiConsumer<Kind, Subject> begun;
    private final Runnable ended;
    private final Map<String, Long> running = new ConcurrentHashMap<>();

    /**
     * @param begun told of each operation before anything is done; if it throws, nothing is
     * @param ended called after each operation
     */
    public Operations(Journal journal, BiConsumer<Kind, Subject> begun, Runnable ended) {
        this.journal = journal;
        this.begun = begun;
        this.ended = ended;
    }

    /**
     * What an operation is about; see {@link Operation}.
     *
     * @param cause what it is done for; may be empty
     */
    public record Subject(String plugin, String version, String sha256, String origin, String cause) {}

    /** Does a change. Whatever it throws ends the operation and is thrown on. */
    public void run(Kind kind, Subject subject, Runnable work) {
        begun.accept(kind, subject);
        Operation operation = begin(kind, subject, Outcome.RUNNING);
        running.put(subject.plugin(), operation.id());
        Outcome outcome = Outcome.FAILED;
        String cause = "";
        try {
            write(operation);
            work.run();
            outcome = Outcome.DONE;
        } catch (RuntimeException | Error e) {
            cause = e instanceof PluginException known ? String.valueOf(known.getMessage()) : e.toString();
            throw e;
        } finally {
            running.remove(subject.plugin());
            write(journal.find(operation.id()).orElse(operation).ended(outcome, cause));
            ended.run();
        }
    }

    /** Writes down what happened unasked. */
    public void tell(Kind kind, Subject subject) {
        write(begin(kind, subject, Outcome.DONE).ended(Outcome.DONE, ""));
    }

    private Operation begin(Kind kind, Subject subject, Outcome outcome) {
        return new Operation(
                journal.nextId(),
                kind,
                subject.plugin(),
                subject.version(),
                subject.sha256(),
                subject.origin(),
                Instant.now(),
                Optional.empty(),
                outcome,
                "begin",
                subject.cause(),
                Optional.empty());
    }

    private void write(Operation operation) {
        try {
            journal.write(operation);
        } catch (IOException e) {
            log.warn("Operation [{}] could not be written to the journal: {}", operation.id(), e.toString());
        }
    }

    /** Says how far the operation is that runs on a plugin, if one does. */
    public void at(String plugin, String step) {
        current(plugin).ifPresent(operation -> journal.note(operation.at(step)));
    }

    private Optional<Operation> current(String plugin) {
        return Optional.ofNullable(running.get(plugin)).flatMap(journal::find);
    }

    /**
     * Writes down what the operation that runs on a plugin is about to write to the registry; returns when that lasts.
     *
     * @throws PluginException {@code journal_failed}
     */
    public void writeAhead(String plugin, Document value) {
        Operation operation = current(plugin).orElse(null);
        if (operation != null) {
            try {
                journal.writeAhead(operation.intending(value));
            } catch (IOException e) {
                throw new PluginException(
                        "journal_failed", "The journal could not be written, so nothing was changed: " + e, e);
            }
        }
    }

    /** The bytes that running operations bring; nothing else may refer to them yet. */
    public Set<String> bringing() {
        return running.values().stream()
                .flatMap(id -> journal.find(id).stream())
                .map(Operation::sha256)
                .collect(Collectors.toSet());
    }

    /** All operations that are remembered, oldest first. */
    public List<Operation> all() {
        return journal.all();
    }

    /**
     * Finishes or undoes what the end of the process interrupted. Called before the first operation.
     *
     * @param registry what is held of a plugin, {@link Document#NULL} for nothing
     */
    public void recover(Function<String, Document> registry) {
        for (Operation one : journal.running()) {
            boolean changed = one.intent()
                    .filter(value -> registry.apply(one.plugin()).equals(value))
                    .isPresent();
            Operation end = changed
                    ? one.ended(Outcome.DONE, "Sallyport ended while it ran; it was finished at the next start")
                    : one.ended(Outcome.UNDONE, "Sallyport ended before anything was changed");
            log.warn(
                    "Operation [{}] {} of plugin [{}] was interrupted and is {} now",
                    end.id(),
                    end.kind(),
                    end.plugin(),
                    end.outcome());
            write(end);
        }
    }
}
