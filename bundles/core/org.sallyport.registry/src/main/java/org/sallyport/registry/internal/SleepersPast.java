package org.sallyport.registry.internal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.KnownPlugin.Change;
import org.sallyport.spi.registry.KnownPlugin.Statistics;

/**
 * The past of a plugin that was put to sleep at the start: read when somebody asks, as there may be thousands of which
 * nobody does. Thread-safe; if two ask at once, both read the same.
 */
final class SleepersPast implements KnownPlugin.Past {
    private final PastFile file;
    private final PastLines.Place place;
    private final PluginStatus asleep;
    private volatile KnownPlugin.@Nullable Past read;

    /**
     * @param place where the line of the earlier run lies
     * @param asleep what was told at this start
     */
    SleepersPast(PastFile file, PastLines.Place place, PluginStatus asleep) {
        this.file = file;
        this.place = place;
        this.asleep = asleep;
    }

    private KnownPlugin.Past read() {
        KnownPlugin.Past known = read;
        if (known == null) {
            Optional<KnownPlugin> earlier = file.plugin(asleep.id(), place);
            known = new KnownPlugin(asleep, List.of(), Past.history(earlier, asleep), Past.statistics(earlier, asleep))
                    .past();
            read = known;
        }
        return known;
    }

    @Override
    public List<Change> history() {
        return read().history();
    }

    @Override
    public Statistics statistics() {
        return read().statistics();
    }
}
