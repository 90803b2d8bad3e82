package org.sallyport.hooks.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginSet;

/**
 * Brings together who declares hooks and who handles them. Thread-safe: declaring and switching take a lock, calling
 * does not, and no code of a plugin runs under it.
 */
final class HookDispatcher implements HookAdmin, PluginConsumer, AutoCloseable {
    /** Most hooks that one owner may declare. */
    static final int MAX_HOOKS = 1_000;

    private final Watch watch;
    private final Keeper keeper = new Keeper(this::sweep, this::tick);
    private final Watchdog watchdog = new Watchdog();
    private final CandidateReader reader = new CandidateReader();

    // Guarded by this.
    private final TreeMap<String, Declared> declared = new TreeMap<>();
    private final List<Hook> ended = new ArrayList<>();
    private Candidates candidates = Candidates.NONE;
    private @Nullable PluginSet set;

    HookDispatcher(Watch watch) {
        this.watch = watch;
    }

    /** Starts the thread that compiles, watches and drains; without it, somebody else has to sweep and tick. */
    void start() {
        keeper.start();
    }

    /** Ends that thread. Hooks can still be called. */
    @Override
    public void close() {
        keeper.close();
    }

    /** Compiles the hooks that are due, and looks for handlers that do not return. Called by one thread. */
    void tick() {
        List<Hook> all = all();
        all.forEach(Hook::compileIfHot);
        watchdog.look(watch.now(), (at, nanos) -> {
            // Of none of them if it is in another dispatcher, or gone by now.
            for (Hook hook : all) {
                hook.overdue(at.thread(), at.snapshot(), at.handler(), nanos);
            }
        });
    }

    /**
     * Lets go of what nobody is in any more.
     *
     * @return whether there is more
     */
    boolean sweep() {
        List<Hook> all = all();
        List<Snapshot> retired =
                all.stream().flatMap(hook -> hook.unmet().stream()).toList();
        if (!retired.isEmpty()) {
            Marks.meet();
            retired.forEach(Snapshot::met);
        }
        boolean more = false;
        for (Hook hook : all) {
            more |= hook.sweep();
        }
        return more;
    }

    private synchronized List<Hook> all() {
        List<Hook> all = new ArrayList<>(ended);
        declared.values().forEach(known -> all.add(known.hook()));
        return all;
    }

    /**
     * A hook as callers have it who chose the same versions, what passes through it, and who declared it: the first stays its
     * owner while it is there.
     */
    private record Declared(Hook hook, Choices choices, Class<?> payload, Class<?> result, Set<String> owners) {
        String label() {
            return choices.label(hook.name());
        }

        boolean accepts(HookKind kind, Class<?> payload, Class<?> result, String owner) {
            boolean same = payload == this.payload && result == this.result;
            // The next version of a plugin brings the same classes from another loader, beside the old version.
            boolean successor = owners.equals(Set.of(owner))
                    && payload.getName().equals(this.payload.getName())
                    && result.getName().equals(this.result.getName());
            return hook.kind() == kind && (same || successor);
        }
    }

    @Override
    public Hooks hooksOf(String owner) {
        return new OwnedHooks(this, owner, Choices.NONE);
    }

    /** The hook of that name for who chose so, declared now if it was not. */
    Hook declare(String owner, Choices choices, String name, HookKind kind, Class<?> payload, Class<?> result) {
        if (!HookName.isValid(name)) {
            throw new IllegalArgumentException("Hook name [" + name + "] is not valid: use 1 to " + HookName.MAX_LENGTH
                    + " letters, digits or ._-/:");
        } else if (payload.isPrimitive() || result.isPrimitive()) {
            throw new IllegalArgumentException("Hook [" + name + "] cannot pass a primitive type; name its class");
        }
        while (true) {
            PluginSet now = set();
            // Without the lock, as it fetches services.
            List<Candidate> chosen = choices.isEmpty() || now == null
                    ? List.of()
                    : reader.read(choices.of(now)).of(name);
            synchronized (this) {
                if (now == set) {
                    Hook hook = declared(owner, choices, name, kind, payload, result);
                    hook.handledBy(choices.isEmpty() ? candidates.of(name) : chosen);
                    return hook;
                }
            }
        }
    }

    private synchronized @Nullable PluginSet set() {
        return set;
    }

    private Hook declared(
            String owner, Choices choices, String name, HookKind kind, Class<?> payload, Class<?> result) {
        // It is one hook, whichever versions its callers chose: what follows a name in a label begins with a blank.
        for (Declared any : declared.subMap(name, name + "!").values()) {
            if (!any.accepts(kind, payload, result, owner)) {
                throw new IllegalArgumentException("Hook [" + name + "] is declared by " + any.owners() + " as a "
                        + any.hook().kind().label() + " hook of ["
                        + any.payload().getName()
                        + "]; declare it alike, or choose another name");
            }
        }
        Declared known = declared.get(choices.label(name));
        if (known == null || !known.owners().contains(owner)) {
            checkLimit(owner);
        }
        Set<String> owners = new LinkedHashSet<>(known == null ? Set.of() : known.owners());
        owners.add(owner);
        Hook hook = known == null ? new Hook(name, kind, watch) : known.hook();
        declared.put(choices.label(name), new Declared(hook, choices, payload, result, owners));
        return hook;
    }

    private void checkLimit(String owner) {
        long count = declared.values().stream()
                .filter(at -> at.owners().contains(owner))
                .count();
        if (count >= MAX_HOOKS) {
            throw new PluginException(
                    "too_many_hooks", "[" + owner + "] has declared [" + MAX_HOOKS + "] hooks, which is the limit");
        }
    }

    @Override
    public void forget(String owner) {
        synchronized (this) {
            for (Declared known : List.copyOf(declared.values())) {
                if (known.owners().remove(owner) && known.owners().isEmpty()) {
                    declared.remove(known.label());
                    known.hook().handledBy(List.of());
                    ended.add(known.hook());
                }
            }
        }
        sweep();
        synchronized (this) {
            ended.removeIf(hook -> hook.draining().isEmpty());
        }
    }

    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        Map<Choices, Candidates> found = new HashMap<>();
        do {
            // Without the lock, as it fetches services; a hook may be declared with other choices meanwhile.
            choices().forEach(choices -> found.computeIfAbsent(choices, key -> reader.read(key.of(next))));
        } while (!isTaken(next, found));
        sweep();
        List<CompletableFuture<Void>> draining = new ArrayList<>();
        synchronized (this) {
            declared.values().forEach(known -> draining.addAll(known.hook().draining()));
            ended.removeIf(hook -> hook.draining().isEmpty());
            ended.forEach(hook -> draining.addAll(hook.draining()));
        }
        keeper.wake();
        return CompletableFuture.allOf(draining.toArray(new CompletableFuture<?>[0]));
    }

    /** Gives all hooks their handlers in a set, unless one was declared with choices that were not looked up. */
    private synchronized boolean isTaken(PluginSet next, Map<Choices, Candidates> found) {
        if (!found.keySet().containsAll(choices())) {
            return false;
        }
        set = next;
        candidates = found.getOrDefault(Choices.NONE, Candidates.NONE);
        for (Declared known : declared.values()) {
            known.hook()
                    .handledBy(found.getOrDefault(known.choices(), Candidates.NONE)
                            .of(known.hook().name()));
        }
        return true;
    }

    private synchronized Set<Choices> choices() {
        Set<Choices> all = new HashSet<>(Set.of(Choices.NONE));
        declared.values().forEach(known -> all.add(known.choices()));
        return all;
    }

    @Override
    public synchronized List<HookInfo> hooks() {
        Map<String, HookInfo> infos = new TreeMap<>();
        candidates.hooks().forEach(name -> {
            List<Candidate> waiting = candidates.of(name);
            if (!waiting.isEmpty()) {
                String kind = waiting.get(0).kind().label();
                infos.put(name, new HookInfo(name, kind, "", waiting.size(), 0, 0, Times.NONE, false, false));
            }
        });
        declared.forEach((label, known) -> infos.put(label, info(known)));
        return List.copyOf(infos.values());
    }

    private static HookInfo info(Declared known) {
        Hook hook = known.hook();
        return new HookInfo(
                known.label(),
                hook.kind().label(),
                known.owners().iterator().next(),
                hook.size(),
                hook.calls(),
                hook.errors(),
                Histogram.times(List.of(hook.times())),
                hook.isTimed(),
                hook.isCompiled());
    }

    @Override
    public List<PluginInfo> plugins() {
        Map<String, Sum> sums = new TreeMap<>();
        for (Hook hook : all()) {
            for (Slot slot : hook.slots()) {
                sums.computeIfAbsent(slot.candidate().name(), plugin -> new Sum())
                        .add(hook, slot);
            }
        }
        return sums.entrySet().stream()
                .map(entry -> entry.getValue().info(entry.getKey()))
                .toList();
    }

    /** What the handlers of one plugin come to. */
    private static final class Sum {
        private final List<Histogram> times = new ArrayList<>();
        private long calls;
        private long errors;

        void add(Hook hook, Slot slot) {
            times.add(slot.times());
            calls += hook.calls(slot);
            errors += slot.errors();
        }

        PluginInfo info(String plugin) {
            return new PluginInfo(plugin, times.size(), calls, errors, Histogram.times(times));
        }
    }

    @Override
    public void time(String hook, boolean every) {
        Hook known;
        synchronized (this) {
            Declared at = declared.get(hook);
            if (at == null) {
                throw new PluginException("not_found", "No hook [" + hook + "] is declared; see 'hook:list'");
            }
            known = at.hook();
        }
        known.time(every);
    }

    @Override
    public synchronized List<HandlerInfo> handlers(String hook) {
        Declared known = declared.get(hook);
        return known == null ? waiting(candidates.of(hook)) : known.hook().handlers();
    }

    private static List<HandlerInfo> waiting(List<Candidate> candidates) {
        return candidates.stream()
                .map(candidate -> Hook.unplaced(candidate, "not called: nobody declared the hook"))
                .toList();
    }
}
