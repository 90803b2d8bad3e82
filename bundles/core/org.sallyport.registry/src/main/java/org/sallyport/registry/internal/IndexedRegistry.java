package org.sallyport.registry.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginRegistry;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.registry.RegistrySnapshot;

/**
 * Publishes one snapshot after the other: readers read one field, writers wait for each other. Immediate, because what
 * it knows would go with its last user.
 */
@Component(immediate = true)
public final class IndexedRegistry implements PluginRegistry {
    private static final Comparator<PluginVersion> NEWEST_FIRST =
            (one, other) -> other.version().compareTo(one.version());

    private final @Nullable PastFile file;

    /** Where the lines of plugins lie that earlier runs knew, and of which it was not yet told which bytes are there. */
    private final Map<String, PastLines.Place> remembered;

    private volatile IndexedSnapshot current = IndexedSnapshot.empty();

    /** Forgets all at its end. */
    public IndexedRegistry() {
        this((PastFile) null);
    }

    /** @param file where history and statistics outlive it */
    IndexedRegistry(@Nullable PastFile file) {
        this.file = file;
        remembered = file == null ? new HashMap<>() : file.read();
    }

    /** Reads what earlier runs knew. */
    @Activate
    public IndexedRegistry(BundleContext context) {
        this(fileOf(context));
    }

    private static @Nullable PastFile fileOf(BundleContext context) {
        String home = context.getProperty("sallyport.home");
        return home == null
                ? null
                : new PastFile(Path.of(home).resolve("registry").resolve("past.log"));
    }

    @Deactivate
    void deactivate() {
        if (file != null) {
            file.close();
        }
    }

    @Override
    public RegistrySnapshot snapshot() {
        return current;
    }

    @Override
    public synchronized void tell(PluginStatus status, List<PluginVersion> versions) {
        if (isPutToSleep(status)) {
            current = current.with(asleep(status, versions));
            return;
        }
        Optional<KnownPlugin> before = before(status);
        List<PluginVersion> described = before.map(KnownPlugin::versions).orElse(List.of());
        KnownPlugin known = new KnownPlugin(
                status, kept(versions, described), Past.history(before, status), Past.statistics(before, status));
        current = current.with(known);
        if (file != null) {
            file.write(known);
        }
    }

    /** Whether that is what the start makes of a plugin that it does not bring in. */
    private boolean isPutToSleep(PluginStatus status) {
        return status.state() == PluginState.ASLEEP
                && !status.sha256().isEmpty()
                && remembered.containsKey(status.id())
                && current.plugin(status.id()).isEmpty();
    }

    /** Nothing happened to it: so what earlier runs wrote is neither read nor written anew. */
    private KnownPlugin asleep(PluginStatus status, List<PluginVersion> versions) {
        PastLines.Place place = remembered.remove(status.id());
        return new KnownPlugin(status, newestFirst(versions, List.of()), new SleepersPast(file, place, status));
    }

    /**
     * What was known until now, be it from an earlier run. As long as it is not said which bytes are there, those of the
     * earlier run count: they were counted when they came in.
     */
    private Optional<KnownPlugin> before(PluginStatus status) {
        Optional<KnownPlugin> before = current.plugin(status.id());
        PastLines.Place place = remembered.get(status.id());
        if (file == null || place == null) {
            return before;
        } else if (!status.sha256().isEmpty()) {
            remembered.remove(status.id());
        }
        KnownPlugin earlier = file.plugin(status.id(), place).orElse(null);
        if (earlier == null) {
            return before;
        }
        return before.map(now -> new KnownPlugin(now.status(), earlier.versions(), now.history(), now.statistics()))
                .or(() -> Optional.of(earlier));
    }

    /** The list of before, if it says the same: then what was worked out about it goes on to hold. */
    private static List<PluginVersion> kept(List<PluginVersion> versions, List<PluginVersion> known) {
        if (isSame(versions, known)) {
            return known;
        }
        List<PluginVersion> sorted = newestFirst(versions, known);
        return isSame(sorted, known) ? known : sorted;
    }

    /** Mostly they are the very same: then nothing of them has to be looked at. */
    private static boolean isSame(List<PluginVersion> versions, List<PluginVersion> known) {
        boolean same = versions.size() == known.size();
        for (int at = 0; same && at < versions.size(); at++) {
            PluginVersion one = versions.get(at);
            same = one == known.get(at) || one.equals(known.get(at));
        }
        return same;
    }

    private static List<PluginVersion> newestFirst(List<PluginVersion> versions, List<PluginVersion> known) {
        if (isNewestFirst(versions)) {
            return List.copyOf(versions);
        }
        List<PluginVersion> sorted = new ArrayList<>(versions.size());
        for (PluginVersion one : versions) {
            sorted.add(one.descriptor().isPresent() ? one : described(one, known));
        }
        sorted.sort(NEWEST_FIRST);
        for (int at = sorted.size() - 1; at > 0; at--) {
            if (sorted.get(at).version().equals(sorted.get(at - 1).version())) {
                sorted.remove(at);
            }
        }
        return List.copyOf(sorted);
    }

    /** Whether they are as they have to be: the usual case, which must be quick. */
    private static boolean isNewestFirst(List<PluginVersion> versions) {
        for (int at = 0; at < versions.size(); at++) {
            PluginVersion one = versions.get(at);
            if (one.descriptor().isEmpty() || at > 0 && NEWEST_FIRST.compare(versions.get(at - 1), one) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static PluginVersion described(PluginVersion version, List<PluginVersion> known) {
        return known.stream()
                .filter(before -> before.sha256().equals(version.sha256()))
                .findFirst()
                .map(before -> new PluginVersion(
                        version.id(),
                        version.version(),
                        before.descriptor(),
                        version.sha256(),
                        version.origin(),
                        version.stage()))
                .orElse(version);
    }

    @Override
    public synchronized void forget(String id) {
        current = current.without(id);
        if (file != null) {
            remembered.remove(id);
            file.forget(id);
        }
    }
}
