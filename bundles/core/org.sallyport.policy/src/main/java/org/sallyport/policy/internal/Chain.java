package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;

/**
 * The compiled chain of one scope. Immutable; the arrays are never written after construction.
 */
final class Chain {
    /** Those that decide, in order. */
    final Stage[] deciders;

    /** Observers whose failure stops the message, in order of configuration. */
    final Stage[] criticalObservers;

    /** The other observers, in order of configuration. */
    final Stage[] otherObservers;

    /** Whether a security plugin is among the deciders. */
    final boolean secured;

    /** Those that see messages and change nothing, in order. */
    final Shadow[] shadows;

    final List<ChainEntry> entries;

    /**
     * One that sees messages and changes nothing.
     *
     * @param place how many decide before it
     * @param alone a chain of it alone, in which it decides
     */
    record Shadow(int place, Chain alone) {
        Stage stage() {
            return alone.deciders[0];
        }
    }

    private Chain(List<Stage> deciders, List<Stage> observers, List<Shadow> shadows, List<ChainEntry> entries) {
        this.deciders = deciders.toArray(Stage[]::new);
        this.criticalObservers = observers.stream().filter(Stage::critical).toArray(Stage[]::new);
        this.otherObservers = observers.stream().filter(s -> !s.critical()).toArray(Stage[]::new);
        this.secured =
                deciders.stream().anyMatch(s -> s.rules() != null && s.rules().countsAsSecurity());
        this.shadows = shadows.toArray(Shadow[]::new);
        this.entries = List.copyOf(entries);
    }

    /**
     * Puts stages in order: those with a priority by it, lower first, then by configuration, then by instance; after
     * them those without, by configuration.
     *
     * @param stages in order of configuration
     */
    static Chain of(List<Stage> stages) {
        // The sort is stable, so order of configuration decides between equals; it names an instance only once.
        List<Stage> ordered = stages.stream()
                .sorted(Comparator.comparing((Stage s) -> !s.ordered())
                        .thenComparing(s -> s.ordered() ? s.priority() : 0))
                .toList();
        List<Stage> deciders = new ArrayList<>();
        List<Stage> observers = new ArrayList<>();
        List<Shadow> shadows = new ArrayList<>();
        List<ChainEntry> entries = new ArrayList<>();
        List<ChainEntry> leftOut = new ArrayList<>();
        for (Stage stage : ordered) {
            if (stage.takesPart()) {
                (stage.observes() ? observers : deciders).add(stage);
                entries.add(numbered(stage.entry(), entries.size() + 1));
            } else {
                if (stage.shadow() && stage.seat() != null) {
                    shadows.add(
                            new Shadow(deciders.size(), new Chain(List.of(stage), List.of(), List.of(), List.of())));
                }
                leftOut.add(stage.entry());
            }
        }
        entries.addAll(leftOut);
        return new Chain(deciders, observers, shadows, entries);
    }

    private static ChainEntry numbered(ChainEntry e, int place) {
        return new ChainEntry(
                place,
                e.instance(),
                e.type(),
                e.plugin(),
                e.version(),
                e.priority(),
                e.critical(),
                e.state(),
                e.why(),
                e.status());
    }

    /** A chain of one that decides here, or only sees messages; empty if there is none of that name. */
    Optional<Chain> alone(String instance) {
        for (Shadow shadow : shadows) {
            if (shadow.stage().instance().equals(instance)) {
                return Optional.of(shadow.alone());
            }
        }
        return Stream.of(deciders)
                .filter(stage -> stage.instance().equals(instance))
                .findFirst()
                .map(stage -> new Chain(List.of(stage), List.of(), List.of(), List.of()));
    }

    boolean isEmpty() {
        return deciders.length + criticalObservers.length + otherObservers.length + shadows.length == 0;
    }
}
