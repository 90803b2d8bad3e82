package org.sallyport.admission.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.admission.internal.journal.Operations;
import org.sallyport.admission.internal.safety.Bisect;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;

/** What an operator does when Sallyport does not start well: the verbs {@code sallyport:restore|keep|bisect}. */
final class Rescue {
    private final Holds holds;
    private final Plugins plugins;
    private final DesiredState desired;
    private final Arrivals arrivals;
    private final Lifecycle lifecycle;
    private final Operations operations;

    Rescue(
            Holds holds,
            Plugins plugins,
            DesiredState desired,
            Arrivals arrivals,
            Lifecycle lifecycle,
            Operations operations) {
        this.holds = holds;
        this.plugins = plugins;
        this.desired = desired;
        this.arrivals = arrivals;
        this.lifecycle = lifecycle;
        this.operations = operations;
    }

    /**
     * How a search stands.
     *
     * @param on the plugins that are on for the try; empty if it is over
     * @param suspected how many are not judged yet
     * @param next what to do
     */
    record Search(List<String> on, int suspected, List<String> cleared, List<String> culprits, String next) {
        static Search of(Bisect bisect) {
            String next = bisect.isOver()
                    ? bisect.culprits().isEmpty()
                            ? "None does harm alone; all are on again"
                            : "The culprits are disabled, the others on again"
                    : "See whether it is well now, and say 'sallyport:bisect good' or 'sallyport:bisect bad'";
            return new Search(bisect.on(), bisect.suspects().size(), bisect.cleared(), bisect.culprits(), next);
        }
    }

    /** Leaves safe mode: all plugins that are wanted come in. How many of them serve. */
    String restore() {
        holds.leaveSafeMode();
        holds.set(Optional.empty());
        reconcile();
        return serving();
    }

    /** Leaves safe mode and the plugins off that it held back. */
    String keep() {
        List<String> off = desired.all().entrySet().stream()
                .filter(entry -> entry.getValue().is(Desired.ENABLED)
                        && !plugins.slot(entry.getKey()).isServing()
                        && holds.of(entry.getKey()).isPresent())
                .map(Map.Entry::getKey)
                .toList();
        off.forEach(id -> disable(id, "kept off when safe mode was left"));
        holds.leaveSafeMode();
        return "Disabled " + off + ". " + serving();
    }

    private String serving() {
        long serving = plugins.all().stream().filter(Slot::isServing).count();
        return "[" + serving + "] plugins are in service";
    }

    /** Takes the next step of a search. */
    Search bisect(String step) {
        if (step.equals("start")) {
            return go(holds.search(desired.all().entrySet().stream()
                    .filter(entry -> entry.getValue().is(Desired.ENABLED))
                    .map(Map.Entry::getKey)
                    .toList()));
        }
        Bisect running = holds.bisect()
                .orElseThrow(() -> new PluginException(
                        "no_search", "No search is running; begin one with 'sallyport:bisect start'"));
        switch (step) {
            case "good":
                return go(running.good());
            case "bad":
                return go(running.bad());
            case "stop":
                holds.set(Optional.empty());
                reconcile();
                return Search.of(running);
            default:
                throw new PluginException(
                        "invalid_argument", "[" + step + "] is no step of a search; there are start, good, bad, stop");
        }
    }

    private Search go(Bisect next) {
        if (next.isOver()) {
            next.culprits().forEach(id -> disable(id, "'sallyport:bisect' found that it does harm"));
            holds.set(Optional.empty());
        } else {
            holds.set(Optional.of(next));
        }
        reconcile();
        return Search.of(next);
    }

    private void disable(String id, String cause) {
        Slot slot = plugins.slot(id);
        slot.exclusively(() -> desired.get(id)
                .filter(it -> it.is(Desired.ENABLED))
                .ifPresent(before -> {
                    Desired wanted = before.with(Desired.DISABLED);
                    operations.run(
                            Kind.DISABLE,
                            new Operations.Subject(id, wanted.version(), wanted.sha256(), wanted.origin(), cause),
                            () -> {
                                desired.set(id, wanted);
                                slot.show(Optional.of(wanted), slot.descriptor());
                                lifecycle.takeOut(slot, true);
                                arrivals.isIdle(slot, wanted);
                            });
                }));
    }

    /** Brings in what is wanted and not held back, and takes out what is held back. */
    private void reconcile() {
        desired.all().forEach((id, wanted) -> {
            Slot slot = plugins.slot(id);
            slot.exclusively(() -> {
                boolean held = holds.of(id).isPresent();
                if (!slot.isServing() && !held) {
                    arrivals.restore(id, wanted);
                } else if (slot.isServing() && held) {
                    lifecycle.takeOut(slot, true);
                    arrivals.isIdle(slot, wanted);
                }
            });
        });
    }

    List<AdminVerb> verbs() {
        return List.of(
                PluginVerbs.verb(
                        "sallyport",
                        "restore",
                        "leave safe mode and start all plugins that are wanted",
                        Role.OPERATOR,
                        List.of(),
                        arguments -> restore()),
                PluginVerbs.verb(
                        "sallyport",
                        "keep",
                        "leave safe mode and disable the plugins that it held back",
                        Role.OPERATOR,
                        List.of(),
                        arguments -> keep()),
                PluginVerbs.verb(
                        "sallyport",
                        "bisect",
                        "find the plugins that do harm by trying parts of them",
                        Role.OPERATOR,
                        List.of(Parameter.argument(
                                "step", Parameter.Kind.TEXT, "start; then good or bad after each try; stop to end")),
                        arguments -> bisect(arguments.required("step"))));
    }
}
