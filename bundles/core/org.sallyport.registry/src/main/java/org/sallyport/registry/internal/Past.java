package org.sallyport.registry.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.KnownPlugin.Change;
import org.sallyport.spi.registry.KnownPlugin.Statistics;

/** Carries a plugin's past on from one status to the next. */
final class Past {
    private Past() {}

    static List<Change> history(Optional<KnownPlugin> before, PluginStatus now) {
        List<Change> past = before.map(KnownPlugin::history).orElse(List.of());
        Change change = new Change(now.since(), now.version(), now.state(), now.cause());
        if (!past.isEmpty() && isSame(past.get(0), change)) {
            return past;
        }
        Change[] more = new Change[Math.min(past.size() + 1, KnownPlugin.MAX_HISTORY)];
        more[0] = change;
        for (int at = 1; at < more.length; at++) {
            more[at] = past.get(at - 1);
        }
        return List.of(more);
    }

    private static boolean isSame(Change last, Change change) {
        return last.state() == change.state()
                && last.version().equals(change.version())
                && last.cause().equals(change.cause());
    }

    static Statistics statistics(Optional<KnownPlugin> before, PluginStatus now) {
        Statistics past = before.isPresent() ? before.get().statistics() : Statistics.NONE;
        PluginStatus last = before.isPresent() ? before.get().status() : null;
        boolean served = last != null && runs(last.state());
        boolean serves = runs(now.state());
        boolean otherBytes = !(last == null ? "" : last.sha256()).equals(now.sha256());
        boolean failed = isFailure(now.state())
                && (last == null || last.state() != now.state() || !last.cause().equals(now.cause()));
        return new Statistics(
                past.loads() + (serves && (!served || otherBytes) ? 1 : 0),
                past.errors() + (failed ? 1 : 0),
                past.downloads() + (otherBytes && !now.sha256().isEmpty() && isNew(before, now) ? 1 : 0),
                serves || served ? Optional.of(now.since()) : past.lastUsed());
    }

    /** Calls reach one that sleeps too, but nothing of it was loaded. */
    private static boolean runs(PluginState state) {
        return state.inService() && state != PluginState.ASLEEP;
    }

    private static boolean isFailure(PluginState state) {
        return state == PluginState.QUARANTINED || state == PluginState.BLOCKED;
    }

    private static boolean isNew(Optional<KnownPlugin> before, PluginStatus now) {
        return before.map(KnownPlugin::versions).orElse(List.of()).stream()
                .noneMatch(version -> version.sha256().equals(now.sha256()));
    }
}
