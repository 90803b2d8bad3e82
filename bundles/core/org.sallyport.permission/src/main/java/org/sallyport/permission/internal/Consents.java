package org.sallyport.permission.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests;
import org.sallyport.spi.permission.PermissionRequests.Asked;
import org.sallyport.spi.permission.PermissionSet;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.trust.TrustLevels;
import org.sallyport.spi.trust.TrustLevels.Trust;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges what plugins ask for, takes down what operators say of it, and knows what is granted. Thread-safe. */
final class Consents implements Grants {
    private static final Logger log = LoggerFactory.getLogger(Consents.class);

    /** Most permissions that a sentence names. */
    private static final int MOST_NAMED = 10;

    private static final Trust UNKNOWN = new Trust(TrustLevel.UNTRUSTED, "", "", "");

    private final DecisionStore store;
    private final TrustLevels levels;
    private final LifecycleAudit audit;
    private final java.util.function.Function<PluginId, Places> places;
    private final Recording recording;
    private final Clock clock;
    private final Asking asking = new Asking();
    private final Map<VersionKey, PermissionSet> granted = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private final Map<String, String> serving = new ConcurrentHashMap<>();
    private final java.util.Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

    /** @param places what variables in scopes stand for */
    Consents(
            DecisionStore store,
            TrustLevels levels,
            LifecycleAudit audit,
            java.util.function.Function<PluginId, Places> places,
            Recording recording,
            Clock clock) {
        this.store = store;
        this.levels = levels;
        this.audit = audit;
        this.places = places;
        this.recording = recording;
        this.clock = clock;
    }

    static VersionKey key(PluginDescriptor version) {
        return new VersionKey(version.id().value(), version.version().toString());
    }

    /** Whether it may come in: what it asks for is understood, its level may have it, and somebody agreed. */
    Verdict check(Candidate candidate) {
        PluginDescriptor version = candidate.descriptor();
        VersionKey key = key(version);
        Optional<Trust> trust = levels.ofArchive(candidate.sha256());
        if (trust.isEmpty()) {
            return Verdict.couldNotRun(
                    "it did not pass the gate [signature] before",
                    "See that the launcher's list of gates has both in order");
        }
        List<Asked> asked;
        try {
            asked = PermissionRequests.of(version.permissions());
        } catch (IllegalArgumentException e) {
            return Verdict.fail(
                    "what it asks for is not understood: " + e.getMessage(),
                    "Mend its @RequiresPermission, and build and sign it again");
        }
        Standing standing;
        try {
            standing = standing(key, asked, trust.get());
        } catch (IOException e) {
            return Verdict.couldNotRun(
                    "what was decided about it cannot be read: " + e.getMessage(), "See 'sallyport:registry'");
        }
        if (!standing.barred().isEmpty()) {
            return Verdict.fail(
                    "its trust level is [" + standing.level().label() + "], which may not have "
                            + named(standing.barred()),
                    "Have it ask for less; or, if you trust its code so far, give its publisher a higher level with"
                            + " 'key:trust'");
        } else if (!standing.open().isEmpty()) {
            asking.waits(key, asked);
            return Verdict.hold("it asks for " + named(standing.open()) + ", and nobody agreed to that yet", next(key));
        }
        asking.passed(key, asked);
        forget(key.plugin());
        return Verdict.PASSED;
    }

    private static String next(VersionKey key) {
        return "Look at it with 'permission:list " + key.plugin() + "', then grant all with 'permission:grant "
                + key.plugin() + " --all --version " + key.version()
                + "', or decide of each with 'permission:grant' and 'permission:revoke'; it comes in by itself then";
    }

    static String named(List<Asked> some) {
        String names = some.stream()
                .limit(MOST_NAMED)
                .map(one -> "[" + one.permission() + "]" + (one.reason().isEmpty() ? "" : " (" + one.reason() + ")"))
                .collect(Collectors.joining(", "));
        return some.size() <= MOST_NAMED ? names : names + " and [" + (some.size() - MOST_NAMED) + "] more";
    }

    private Standing standing(VersionKey key, List<Asked> asked, Trust trust) throws IOException {
        // Nobody decided of nothing: most plugins need no look.
        Decision decision =
                asked.isEmpty() ? Decision.NONE : store.read(key.plugin()).of(key.version());
        return new Standing(asked, trust.level(), trust.agreed(), decision);
    }

    /** How a version stands that is known here or asked for so. */
    Standing standing(VersionKey key, List<Asked> asked) {
        try {
            return standing(key, asked, levels.of(key.plugin(), key.version()).orElse(UNKNOWN));
        } catch (IOException e) {
            throw new PluginException(
                    "registry_failed",
                    "What was decided about plugin [" + key.plugin() + "] cannot be read: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public Permissions of(PluginId plugin, Version version) {
        VersionKey key = new VersionKey(plugin.value(), version.toString());
        PermissionSet known = granted.get(key);
        if (known == null) {
            known = computed(plugin, key);
        }
        return recording.of(key, known);
    }

    private PermissionSet computed(PluginId plugin, VersionKey key) {
        while (true) {
            long before = changes.get();
            List<Asked> asked = asking.of(key).orElse(List.of());
            if (asked.isEmpty()) {
                return PermissionSet.NONE;
            }
            PermissionSet made;
            try {
                made = PermissionSet.of(standing(key, asked).granted(), places.apply(plugin));
            } catch (PluginException e) {
                log.warn("Plugin [{}] is granted nothing for now. {}", plugin, e.getMessage());
                return PermissionSet.NONE;
            }
            synchronized (granted) {
                // Or what was read before a change would be kept after it.
                if (changes.get() == before) {
                    PermissionSet other = granted.putIfAbsent(key, made);
                    return other == null ? made : other;
                }
            }
        }
    }

    /** What a version asks for that passed the gate, if it is known here. */
    Optional<List<Asked>> asked(VersionKey key) {
        return asking.of(key);
    }

    Optional<Asking.Waiting> waiting(String plugin) {
        return asking.waiting(plugin);
    }

    List<Decisions.Step> history(String plugin) {
        try {
            return store.read(plugin).history();
        } catch (IOException e) {
            throw new PluginException("registry_failed", "The registry cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public AutoCloseable watch(Watcher watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    /** The registry changed, here or elsewhere; on a thread of its own. */
    void changed(java.util.Set<String> keys) {
        keys.forEach(key -> DecisionStore.plugin(key).ifPresent(this::tell));
    }

    /** What a plugin may do may be something else now. */
    void tell(String plugin) {
        forget(plugin);
        watchers.forEach(watcher -> {
            try {
                watcher.changed(new PluginId(plugin));
            } catch (RuntimeException e) {
                log.error("A watcher of grants failed on plugin [{}]", plugin, e);
            }
        });
    }

    private void forget(String plugin) {
        synchronized (granted) {
            changes.incrementAndGet();
            granted.keySet().removeIf(key -> key.plugin().equals(plugin));
        }
    }

    /** Changes what was decided of a version; recorded before, and not done if that fails. */
    private void decide(
            VersionKey key,
            String act,
            List<Permission> permissions,
            String how,
            java.util.function.UnaryOperator<Decision> change) {
        List<String> texts = permissions.stream().map(Permission::toString).toList();
        Map<String, String> details = new LinkedHashMap<>();
        details.put("version", key.version());
        details.put("permissions", String.join(" ", texts));
        details.put("how", how);
        audit.record("permission." + act, key.plugin(), details);
        store.change(
                key.plugin(),
                before ->
                        before.with(key.version(), change.apply(before.of(key.version())), step(key, act, texts, how)));
        forget(key.plugin());
    }

    private Decisions.Step step(VersionKey key, String act, List<String> permissions, String how) {
        String now = Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString();
        return new Decisions.Step(now, act, key.version(), permissions, how);
    }

    /** Grants permissions of those that a version asks for. */
    void grant(VersionKey key, List<Asked> asked, List<Permission> permissions, String how) {
        List<Permission> all = asked.stream().map(Asked::permission).toList();
        permissions.forEach(one -> {
            if (all.stream().noneMatch(known -> known.covers(one) || one.covers(known))) {
                throw new PluginException(
                        "not_asked",
                        "Plugin [" + key.plugin() + "] version [" + key.version() + "] does not ask for [" + one
                                + "], and what was not asked for is not granted. "
                                + (all.isEmpty() ? "It asks for nothing" : "It asks for " + all)
                                + ". Have its next version ask for it: " + LeastManifest.line(one));
            }
        });
        decide(key, "grant", permissions, how, before -> {
            Decision after = before;
            for (Permission one : permissions) {
                after = after.grant(one, all);
            }
            return after;
        });
    }

    /** Takes permissions back; the version runs on without, and comes in without. */
    void revoke(VersionKey key, List<Asked> asked, List<Permission> permissions, String how) {
        Standing standing = standing(key, asked);
        List<Permission> touched = new ArrayList<>(standing.permissions());
        touched.addAll(standing.granted());
        permissions.forEach(one -> {
            if (touched.stream().noneMatch(one::covers)) {
                throw new PluginException(
                        "not_granted",
                        "Plugin [" + key.plugin() + "] version [" + key.version() + "] has no permission that [" + one
                                + "] covers; it has " + standing.granted() + " and asks for " + standing.permissions()
                                + ". A part of one cannot be taken back: revoke the whole, then grant the rest");
            }
        });
        decide(key, "revoke", permissions, how, before -> {
            Decision after = before;
            for (Permission one : permissions) {
                after = after.revoke(one, standing.permissions());
            }
            return after;
        });
    }

    /** What was decided of the version before holds for a version that asks for no more, from when it serves. */
    void serves(PluginDescriptor version) {
        // Of most plugins nobody decided anything, and most of them sleep.
        if (!store.has(version.id().value())) {
            return;
        }
        VersionKey key = key(version);
        if (key.version().equals(serving.get(key.plugin()))) {
            return;
        }
        List<Permission> asked =
                asking.of(key).orElse(List.of()).stream().map(Asked::permission).toList();
        try {
            store.change(key.plugin(), before -> {
                if (before == Decisions.NONE || before.serving().equals(key.version())) {
                    return before;
                }
                Decision carried = before.of(key.version()).only(asked);
                List<String> texts = carried.granted().stream()
                        .map(Permission::toString)
                        .sorted()
                        .toList();
                Decisions carrying = before.versions().containsKey(key.version()) || asked.isEmpty()
                        ? before
                        : before.with(key.version(), carried, step(key, "carry", texts, before.serving()));
                return carrying.serving(key.version());
            });
            serving.put(key.plugin(), key.version());
        } catch (PluginException e) {
            // At the next change of what serves it is tried again; until then what was decided before holds for the
            // next.
            log.warn("{}", e.getMessage());
        }
    }
}
