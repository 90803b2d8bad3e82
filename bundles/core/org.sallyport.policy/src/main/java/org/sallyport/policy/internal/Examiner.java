package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.plugin.Scope;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.policy.internal.Entries.Finding;
import org.sallyport.policy.internal.Handlers.Found;
import org.sallyport.policy.internal.Handlers.Handler;
import org.sallyport.policy.internal.PluginCalls.CallFailed;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.plugin.VersionChoice;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;

/**
 * Checks entries before they are applied. Asks the plugin itself too, because a schema cannot say everything; what it
 * makes is closed at once, and by its contract it leaves no trace until its first call.
 */
final class Examiner {
    private final Compiler.Input input;
    private final Seating seating;
    private final Seating.Sitting sitting;
    private final Handlers handlers;

    Examiner(Compiler.Input input, Seating seating) {
        this.input = input;
        this.seating = seating;
        this.sitting = seating.new Sitting();
        this.handlers = new Handlers(input.set(), input.types());
    }

    /** What is wrong with entries. */
    List<Problem> examine(List<Entry> entries) {
        List<Problem> problems = new ArrayList<>();
        for (Entry entry : entries) {
            String key = entry.config().instance();
            for (Finding finding : examine(entry)) {
                problems.add(Problem.of(key, finding.path(), finding.message()));
            }
        }
        return problems;
    }

    /** The entries that nobody in service handles: by a slip of the pen, or until a plugin comes. */
    List<Problem> doubt(List<Entry> entries) {
        List<Problem> doubts = new ArrayList<>();
        for (Entry entry : entries) {
            doubts.addAll(doubt(entry));
        }
        return doubts;
    }

    /** Told once if it is the same everywhere. */
    private List<Problem> doubt(Entry entry) {
        InstanceConfig config = entry.config();
        Map<String, Optional<String>> whys = new LinkedHashMap<>();
        config.global().ifPresent(placement -> whys.put("", doubt(entry, placement.version())));
        config.servers()
                .forEach(
                        (server, placement) -> whys.put(Entries.serverPath(server), doubt(entry, placement.version())));
        if (whys.isEmpty()) {
            whys.put("", doubt(entry, Optional.empty()));
        }
        List<Problem> doubts = new ArrayList<>();
        if (new HashSet<>(whys.values()).size() == 1) {
            whys.values().iterator().next().ifPresent(why -> doubts.add(Problem.of(config.instance(), "", why)));
        } else {
            whys.forEach((path, why) -> why.ifPresent(said -> doubts.add(Problem.of(config.instance(), path, said))));
        }
        return doubts;
    }

    /** Why nobody in service handles it at a place. */
    private Optional<String> doubt(Entry entry, Optional<VersionChoice> version) {
        Found found = handlers.find(entry.config().handler(), version);
        return found.handler().isPresent() ? Optional.empty() : Optional.of(found.why());
    }

    private List<Finding> examine(Entry entry) {
        if (!entry.findings().isEmpty()) {
            return entry.findings();
        }
        List<Finding> findings = new ArrayList<>();
        entry.config().global().ifPresent(p -> findings.addAll(examine(entry, Optional.empty(), p)));
        entry.config().servers().forEach((server, p) -> findings.addAll(examine(entry, Optional.of(server), p)));
        return findings;
    }

    private List<Finding> examine(Entry entry, Optional<String> server, Placement written) {
        Handler<?> handler = handlers.find(entry.config().handler(), written.version())
                .handler()
                .orElse(null);
        if (handler == null || input.settings().isEmpty()) {
            // Without settings this is the configuration service's own start: it checks again when it is there.
            return List.of();
        }
        Placement placement = Carried.placement(handler, entry.config().instance(), server, written);
        List<Finding> findings = Checks.check(handler, server, placement, input.settings());
        if (!findings.isEmpty() || !placement.enabled()) {
            return findings;
        }
        String instance = entry.config().instance();
        try {
            Seating.Configured made = sitting.configure(
                    instance,
                    handler,
                    input.settings()
                            .get()
                            .settings(instance, server.map(Scope::server).orElse(Scope.GLOBAL), placement.settings()),
                    input.set(),
                    input.options().deadline());
            seating.close(instance, made.member(), seating.watch(handler));
            return List.of();
        } catch (CallFailed e) {
            String path = server.map(Entries::serverPath).orElse("");
            return List.of(new Finding(path + (e.path() == null ? "" : e.path()), e.sentence("these settings")));
        }
    }
}
