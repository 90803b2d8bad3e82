package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
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

    private volatile IndexedSnapshot current = IndexedSnapshot.empty();

    @Override
    public RegistrySnapshot snapshot() {
        return current;
    }

    @Override
    public synchronized void tell(PluginStatus status, List<PluginVersion> versions) {
        Optional<KnownPlugin> before = current.plugin(status.id());
        List<PluginVersion> known = before.map(KnownPlugin::versions).orElse(List.of());
        current = current.with(new KnownPlugin(
                status,
                versions.equals(known) ? known : newestFirst(versions, known),
                Past.history(before, status),
                Past.statistics(before, status)));
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
                        version.id(), version.version(), before.descriptor(), version.sha256(), version.origin()))
                .orElse(version);
    }

    @Override
    public synchronized void forget(String id) {
        current = current.without(id);
    }
}
