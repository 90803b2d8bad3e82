package org.sallyport.hooks.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A handler that wants a place at a hook.
 *
 * @param hook the hook's name
 * @param kind what it implements
 * @param plugin whose it is
 * @param name what the version is called that brings it: the plugin's id, or {@code ID@VERSION} beside the main version
 * @param version the plugin's version, for messages and so that a new version starts with clean statistics
 * @param handler its id
 * @param phase where it wants to be
 * @param priority 0 to 100, lower first
 * @param before plugins before whose handlers it wants to run
 * @param after plugins after whose handlers it wants to run
 * @param service the handler itself
 */
record Candidate(
        String hook,
        HookKind kind,
        String plugin,
        String name,
        String version,
        String handler,
        Phase phase,
        int priority,
        Set<String> before,
        Set<String> after,
        Object service) {
    /** The order without constraints; total, so that it does not depend on who came first. */
    static final Comparator<Candidate> NATURAL = Comparator.comparing(Candidate::phase)
            .thenComparingInt(Candidate::priority)
            .thenComparing(Candidate::plugin)
            .thenComparing(Candidate::handler)
            .thenComparing(Candidate::kind);

    Candidate {
        before = Set.copyOf(before);
        after = Set.copyOf(after);
    }

    /** Phases, in the order in which they run. */
    enum Phase {
        EARLY,
        NORMAL,
        LATE
    }

    /** Plugin and handler, for messages. */
    String label() {
        return plugin.equals(handler) ? name : name + "/" + handler;
    }

    /** Whether this is the very same handler, so that its statistics go on. */
    boolean isSameAs(Candidate that) {
        return service == that.service
                && kind == that.kind
                && name.equals(that.name)
                && version.equals(that.version)
                && handler.equals(that.handler);
    }

    /** Whether both lists hold the same handlers with the same wishes. */
    static boolean same(List<Candidate> a, List<Candidate> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            Candidate x = a.get(i);
            Candidate y = b.get(i);
            boolean same = x.isSameAs(y)
                    && x.phase == y.phase
                    && x.priority == y.priority
                    && x.before.equals(y.before)
                    && x.after.equals(y.after);
            if (!same) {
                return false;
            }
        }
        return true;
    }
}
