package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.plugin.Scope;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.policy.internal.Entries.Finding;
import org.sallyport.policy.internal.Handlers.Found;
import org.sallyport.policy.internal.Handlers.Handler;
import org.sallyport.policy.internal.PluginCalls.CallFailed;
import org.sallyport.spi.config.Configuration.Problem;
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
            Found found = handlers.find(entry.config().handler());
            if (found.handler().isEmpty()) {
                doubts.add(Problem.of(entry.config().instance(), "", found.why()));
            }
        }
        return doubts;
    }

    private List<Finding> examine(Entry entry) {
        if (!entry.findings().isEmpty()) {
            return entry.findings();
        }
        Found found = handlers.find(entry.config().handler());
        if (found.handler().isEmpty()) {
            return List.of();
        }
        Handler<?> handler = found.handler().get();
        List<Finding> findings = new ArrayList<>();
        entry.config().global().ifPresent(p -> findings.addAll(examine(entry, handler, Optional.empty(), p)));
        entry.config()
                .servers()
                .forEach((server, p) -> findings.addAll(examine(entry, handler, Optional.of(server), p)));
        return findings;
    }

    private List<Finding> examine(Entry entry, Handler<?> handler, Optional<String> server, Placement placement) {
        if (input.settings().isEmpty()) {
            // This is the configuration service's own start: it checks again when it is there.
            return List.of();
        }
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
            seating.close(instance, made.member(), seating.watch(handler.plugin()));
            return List.of();
        } catch (CallFailed e) {
            String path = server.map(Entries::serverPath).orElse("");
            return List.of(new Finding(path + (e.path() == null ? "" : e.path()), e.sentence("these settings")));
        }
    }
}
