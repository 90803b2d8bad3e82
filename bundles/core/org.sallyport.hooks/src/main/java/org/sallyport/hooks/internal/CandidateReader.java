package org.sallyport.hooks.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.HandlesHook;
import org.sallyport.hooks.internal.Candidate.Phase;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the handlers that a set of plugins brings, with the wishes that {@link HandlesHook} made component properties.
 * What cannot be used is left out with a warning. Runs plugins' code (it fetches the services), so it is called without
 * a lock.
 */
final class CandidateReader {
    /** Most handlers of one hook; more are left out, in the order of their plugins' ids. */
    static final int MAX_HANDLERS = 1_000;

    /** Most plugins that one handler may name before or after itself, each. */
    static final int MAX_CONSTRAINTS = 64;

    private static final Logger log = LoggerFactory.getLogger(CandidateReader.class);

    /** What was read last, of contributions as they are: most of them are in the next set too. */
    private volatile Map<HookKind, Map<Contribution<?>, Candidate>> known = Map.of();

    /** The handlers by hook; those of plugins that sleep are read when their hook is asked for. Thread-safe. */
    Candidates read(PluginSet plugins) {
        Map<HookKind, Map<Contribution<?>, Candidate>> before = known;
        Map<HookKind, Map<Contribution<?>, Candidate>> now = new EnumMap<>(HookKind.class);
        Map<String, List<Candidates.Offer>> found = new LinkedHashMap<>();
        for (HookKind kind : HookKind.values()) {
            Map<Contribution<?>, Candidate> readBefore = before.getOrDefault(kind, Map.of());
            Map<Contribution<?>, Candidate> read = new IdentityHashMap<>();
            for (Contribution<?> contribution : plugins.contributions(kind.contract())) {
                if (contribution.isAsleep()
                        && contribution.property(HandlesHook.PREFIX_ + "name") instanceof String hook
                        && HookName.isValid(hook)) {
                    found.computeIfAbsent(hook, key -> new ArrayList<>())
                            .add(new Candidates.Offer(kind, contribution, null));
                    continue;
                }
                Candidate same = readBefore.isEmpty() ? null : readBefore.get(contribution);
                Candidate candidate = same == null ? read(kind, contribution) : same;
                if (candidate != null) {
                    read.put(contribution, candidate);
                    found.computeIfAbsent(candidate.hook(), hook -> new ArrayList<>())
                            .add(new Candidates.Offer(kind, contribution, candidate));
                }
            }
            now.put(kind, read);
        }
        known = now;
        return new Candidates(found);
    }

    static List<Candidate> bounded(String hook, List<Candidate> candidates) {
        if (candidates.size() > MAX_HANDLERS) {
            log.warn(
                    "Hook [{}] has [{}] handlers, more than the limit of [{}]; the rest is left out",
                    hook,
                    candidates.size(),
                    MAX_HANDLERS);
        }
        return candidates.stream().limit(MAX_HANDLERS).sorted(Candidate.NATURAL).toList();
    }

    static @Nullable Candidate read(HookKind kind, Contribution<?> contribution) {
        String plugin = contribution.plugin().id().value();
        try {
            Map<String, Object> properties = contribution.properties();
            return new Candidate(
                    name(properties),
                    kind,
                    plugin,
                    contribution.pluginName(),
                    contribution.plugin().version().toString(),
                    contribution.handler(),
                    phase(properties),
                    priority(properties),
                    plugins(properties, "before"),
                    plugins(properties, "after"),
                    service(kind, contribution));
        } catch (IllegalArgumentException e) {
            log.warn(
                    "The {} handler [{}] of plugin [{}] is left out: {}",
                    kind.label(),
                    contribution.handler(),
                    plugin,
                    e.getMessage());
        } catch (Throwable e) { // whatever a plugin's activation throws is the plugin's own failure
            log.warn(
                    "The {} handler [{}] of plugin [{}] is left out, because its service could not be had",
                    kind.label(),
                    contribution.handler(),
                    plugin,
                    e);
        }
        return null;
    }

    private static Object service(HookKind kind, Contribution<?> contribution) {
        Object service = contribution.service();
        if (!kind.contract().isInstance(service)) {
            throw new IllegalArgumentException(
                    "its service is no [" + kind.contract().getSimpleName() + "]");
        }
        return service;
    }

    private static String name(Map<String, Object> properties) {
        if (properties.get(HandlesHook.PREFIX_ + "name") instanceof String name && HookName.isValid(name)) {
            return name;
        }
        throw new IllegalArgumentException("its property [" + HandlesHook.PREFIX_ + "name] ["
                + properties.get(HandlesHook.PREFIX_ + "name")
                + "] is no name of a hook; put @HandlesHook on the component, with a name of 1 to "
                + HookName.MAX_LENGTH + " letters, digits or ._-/:");
    }

    private static Phase phase(Map<String, Object> properties) {
        Object phase = properties.getOrDefault(HandlesHook.PREFIX_ + "phase", "normal");
        for (Phase known : Phase.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(phase)) {
                return known;
            }
        }
        throw new IllegalArgumentException("its phase [" + phase + "] is not one of [early, normal, late]");
    }

    private static int priority(Map<String, Object> properties) {
        Object priority = properties.getOrDefault(HandlesHook.PREFIX_ + "priority", 50);
        if (priority instanceof Number number && number.longValue() >= 0 && number.longValue() <= 100) {
            return number.intValue();
        }
        throw new IllegalArgumentException("its priority [" + priority + "] is not within 0 to 100");
    }

    /** A property that may be missing, one text, an array or a collection, as service properties come. */
    private static Set<String> plugins(Map<String, Object> properties, String key) {
        Object value = properties.get(HandlesHook.PREFIX_ + key);
        Set<String> ids = new LinkedHashSet<>();
        if (value instanceof String one) {
            ids.add(one);
        } else if (value instanceof String[] several) {
            ids.addAll(List.of(several));
        } else if (value instanceof Collection<?> several) {
            several.forEach(id -> ids.add(String.valueOf(id)));
        } else if (value != null) {
            throw new IllegalArgumentException("its property [" + HandlesHook.PREFIX_ + key + "] is no list of texts");
        }
        if (ids.size() > MAX_CONSTRAINTS) {
            throw new IllegalArgumentException("its property [" + HandlesHook.PREFIX_ + key + "] names [" + ids.size()
                    + "] plugins, more than the limit of [" + MAX_CONSTRAINTS + "]");
        }
        return ids;
    }
}
