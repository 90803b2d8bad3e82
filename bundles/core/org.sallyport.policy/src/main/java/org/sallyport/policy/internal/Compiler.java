package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.config.SettingsException;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.policy.PolicyEngine.StandIn;
import org.sallyport.spi.policy.PolicyType;

/**
 * Makes a snapshot of plugins and configuration. Order within a chain: types with a priority first, by priority, lower
 * first; between equals by order of configuration (stand-ins after instances, then those that joined by themselves, by
 * plugin and handler). Types without a priority come last, by order of configuration.
 */
final class Compiler {
    /**
     * What is compiled.
     *
     * @param set the plugins in service
     * @param entries what is configured, in order
     * @param standIns members that are no plugins
     * @param types the plugin types
     * @param options the engine's settings
     * @param autojoin whether plugins that nothing is configured for are looked at
     * @param settings empty while the configuration service is not there
     */
    record Input(
            PluginSet set,
            List<Entry> entries,
            List<StandIn> standIns,
            List<PolicyType<?>> types,
            Options options,
            boolean autojoin,
            Optional<SettingsFactory> settings) {}

    /**
     * What came of it.
     *
     * @param snapshot retains its seats
     * @param refusals what was refused; the path begins with the instance
     */
    record Output(Snapshot snapshot, List<SettingsException> refusals) {}

    private final Seating seating;

    Compiler(Seating seating) {
        this.seating = seating;
    }

    /**
     * Compiles. Waits for plugins that have to be configured, for each at most the deadline of the options.
     *
     * @param previous whose seats are taken over where nothing changed; not drained yet
     */
    Output compile(Input input, Snapshot previous) {
        Placer placer = new Placer(input, previous, seating);
        List<Line> lines = new ArrayList<>();
        for (Entry entry : input.entries()) {
            lines.add(placer.place(entry));
        }
        for (StandIn standIn : input.standIns()) {
            lines.add(placer.place(standIn));
        }
        if (input.autojoin()) {
            lines.addAll(placer.placeUnconfigured());
        }
        Map<String, Chain> chains = new LinkedHashMap<>();
        TreeSet<String> servers = new TreeSet<>();
        lines.forEach(line -> servers.addAll(line.servers().keySet()));
        for (String server : servers) {
            chains.put(server, chain(lines, server));
        }
        return new Output(new Snapshot(chain(lines, null), chains, placer.seats()), placer.refusals());
    }

    private static Chain chain(List<Line> lines, @Nullable String server) {
        List<Stage> stages = new ArrayList<>();
        for (Line line : lines) {
            Stage own = server == null ? null : line.servers().get(server);
            Stage stage = own == null ? line.global() : own;
            if (stage != null) {
                stages.add(stage);
            }
        }
        return Chain.of(stages);
    }

    /**
     * One instance with its stages.
     *
     * @param global its stage for all servers; {@code null} if it has none
     * @param servers its stages for single servers, which replace the global one there
     */
    record Line(@Nullable Stage global, Map<String, Stage> servers) {}
}
