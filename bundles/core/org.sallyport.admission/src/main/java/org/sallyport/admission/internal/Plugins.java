package org.sallyport.admission.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginRegistry;

/** All plugins that are known here, and the files that should have been one. Thread-safe; readers never wait. */
final class Plugins {
    /** Most files that are noted; the oldest is forgotten first. */
    static final int MAX_NOTES = 1_000;

    private static final int SHOWN = 20;

    private static final Set<PluginState> PASSING =
            EnumSet.of(PluginState.STAGED, PluginState.VERIFIED, PluginState.RESOLVED);

    private final Known known;

    /** One for all, as there may be thousands. */
    private final Consumer<Slot> watcher = this::changed;

    private final ConcurrentSkipListMap<String, Slot> slots = new ConcurrentSkipListMap<>();
    private final Map<String, Note> notes = new ConcurrentHashMap<>();

    /** @param registry told of each change of a plugin */
    Plugins(PluginRegistry registry) {
        known = new Known(registry);
    }

    /** A file that is no plugin. */
    private record Note(String origin, String cause, Instant since) {
        String file() {
            return origin.substring(origin.lastIndexOf('/') + 1);
        }

        PluginStatus status() {
            return new PluginStatus(
                    file(),
                    "",
                    Optional.empty(),
                    Desired.ABSENT,
                    PluginState.BLOCKED,
                    cause,
                    "Replace the file by a plugin, or remove it",
                    since,
                    "",
                    origin,
                    List.of());
        }
    }

    /** What is known of the plugin of that id, from now on. */
    Slot slot(String id) {
        Slot main = Beside.is(id) ? slot(Beside.plugin(id)) : null;
        return slots.computeIfAbsent(id, key -> new Slot(key, main, watcher));
    }

    /** The same, if there is one. */
    Optional<Slot> get(String id) {
        return Optional.ofNullable(slots.get(id));
    }

    private void changed(Slot slot) {
        if (slot.isBeside() && isLasting(slot)) {
            known.tell(slot, List.of());
        }
        if (isLasting(slot) && isLasting(slot.main)) {
            tellVersions(slot.main);
        }
    }

    /** The registry is told what lasts, not each step of the way. */
    private static boolean isLasting(Slot slot) {
        return isThere(slot) && !PASSING.contains(slot.state());
    }

    /** The main version knows those beside it; whose change it is, what is told last is what is. */
    private void tellVersions(Slot main) {
        synchronized (main) {
            known.tell(main, beside(main.id));
        }
    }

    /** The versions that stand beside a plugin's main one. */
    List<Slot> beside(String plugin) {
        String first = plugin + "@";
        String next = slots.ceilingKey(first);
        if (next == null || !next.startsWith(first)) {
            // Most have none, and there may be thousands.
            return List.of();
        }
        return slots.tailMap(first).values().stream()
                .takeWhile(slot -> slot.plugin().equals(plugin) && slot.isBeside())
                .filter(Plugins::isThere)
                .toList();
    }

    Collection<Slot> all() {
        return slots.values();
    }

    /** Forgets a plugin of which nothing is left. */
    void forget(Slot slot) {
        slots.remove(slot.id, slot);
        known.forget(slot);
        if (slot.isBeside()) {
            tellVersions(slot.main);
        }
    }

    /** By id or, failing that, by alias. */
    Optional<Slot> find(String name) {
        return Optional.ofNullable(slots.get(name))
                .filter(Plugins::isThere)
                .or(() -> slots.values().stream()
                        .filter(slot -> isThere(slot) && slot.isCalled(name))
                        .findFirst());
    }

    /** By id or alias; says which there are if there is none. */
    Slot known(String name) {
        return find(name).orElseThrow(() -> notFound(name));
    }

    /** A slot is made before it is known what it is for. */
    private static boolean isThere(Slot slot) {
        return slot.state() != PluginState.DISCOVERED;
    }

    PluginException notFound(String name) {
        List<String> all = slots.values().stream()
                .filter(Plugins::isThere)
                .map(slot -> slot.id)
                .toList();
        List<String> ids = all.stream().limit(SHOWN).toList();
        String there = ids.isEmpty()
                ? "none is there"
                : "there are " + ids + (all.size() > SHOWN ? " and more, see 'plugin:list'" : "");
        return new PluginException("not_found", "There is no plugin [" + name + "]; " + there);
    }

    void note(String origin, String cause) {
        if (cause.isEmpty()) {
            notes.remove(origin);
            return;
        }
        notes.put(origin, new Note(origin, cause, Instant.now()));
        while (notes.size() > MAX_NOTES) {
            notes.values().stream()
                    .min(Comparator.comparing(Note::since))
                    .ifPresent(oldest -> notes.remove(oldest.origin(), oldest));
        }
    }

    List<PluginStatus> statuses() {
        List<PluginStatus> all = new ArrayList<>();
        slots.values().stream().filter(Plugins::isThere).map(Slot::status).forEach(all::add);
        notes.values().forEach(note -> all.add(note.status()));
        all.sort(Comparator.comparing(PluginStatus::id).thenComparing(PluginStatus::origin));
        return List.copyOf(all);
    }

    /** The status of a plugin, or of a file that should have been one, by its name. */
    Optional<PluginStatus> status(String name) {
        return find(name)
                .map(Slot::status)
                .or(() -> notes.values().stream()
                        .filter(note ->
                                note.file().equals(name) || note.origin().equals(name))
                        .findFirst()
                        .map(Note::status));
    }
}
