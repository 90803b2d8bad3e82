package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.policy.internal.Compiler.Input;
import org.sallyport.policy.internal.Compiler.Line;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.policy.internal.Entries.Finding;
import org.sallyport.policy.internal.Handlers.Found;
import org.sallyport.policy.internal.Handlers.Handler;
import org.sallyport.policy.internal.PluginCalls.CallFailed;
import org.sallyport.spi.policy.InstanceConfig.Placement;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.sallyport.spi.policy.PolicyEngine.StandIn;
import org.sallyport.spi.policy.PolicyType;

/** Puts single instances in their place; lives as long as one compilation. */
final class Placer {
    /** The component property by which a handler asks for a priority of its own, an integer. */
    private static final String PRIORITY = "sallyport.priority";

    private final Input input;
    private final Snapshot previous;
    private final Seating seating;
    private final Seating.Sitting sitting;
    private final Handlers handlers;
    private final List<Seat> seats = new ArrayList<>();
    private final List<SettingsException> refusals = new ArrayList<>();
    private final Set<String> configured = new HashSet<>();
    private final Set<String> names = new HashSet<>();

    Placer(Input input, Snapshot previous, Seating seating) {
        this.input = input;
        this.previous = previous;
        this.seating = seating;
        this.sitting = seating.new Sitting();
        this.handlers = new Handlers(input.set(), input.types());
    }

    List<Seat> seats() {
        return seats;
    }

    List<SettingsException> refusals() {
        return refusals;
    }

    Line place(Entry entry) {
        handlers.find(entry.config().handler()).handler().ifPresent(handler -> configured.add(handler.key()));
        names.add(entry.config().instance());
        Stage global = entry.config()
                .global()
                .map(p -> place(entry, Optional.empty(), p))
                .orElse(null);
        Map<String, Stage> servers = new LinkedHashMap<>();
        entry.config().servers().forEach((server, p) -> servers.put(server, place(entry, Optional.of(server), p)));
        return new Line(global, servers);
    }

    private Stage place(Entry entry, Optional<String> server, Placement written) {
        String instance = entry.config().instance();
        Found found = handlers.find(entry.config().handler(), written.version());
        Handler<?> handler = found.handler().orElse(null);
        // Whoever chose a version of it does not want it to join in another one.
        found.handler().ifPresent(chosen -> configured.add(chosen.key()));
        Placement placement = handler == null ? written : Carried.placement(handler, instance, server, written);
        String where = server.map(s -> "configured for server [" + s + "], in place of what holds for all")
                        .orElse("configured for all servers")
                + (handler == null ? "" : version(handler, written, placement));
        if (!placement.enabled()) {
            return out(instance, handler, placement, Stage.DISABLED, where + ", and switched off there");
        }
        List<Finding> findings = new ArrayList<>(about(entry, server));
        if (findings.isEmpty() && handler == null) {
            refusals.add(new SettingsException(instance, found.why()));
            return fault(instance, null, placement, Stage.MISSING, found.why());
        }
        if (findings.isEmpty()) {
            findings.addAll(Checks.check(handler, server, placement, input.settings()));
        }
        if (!findings.isEmpty()) {
            findings.forEach(f -> refusals.add(new SettingsException(instance + f.path(), f.message())));
            Finding first = findings.get(0);
            return refused(instance, handler, placement, first.path(), first.message());
        }
        try {
            return ready(instance, handler, placement, seat(instance, handler, server, placement.settings()), where);
        } catch (CallFailed e) {
            String path = server.map(Entries::serverPath).orElse("") + (e.path() == null ? "" : e.path());
            String message = e.sentence("them");
            refusals.add(new SettingsException(instance + path, message));
            return refused(instance, handler, placement, path, message);
        }
    }

    private static String version(Handler<?> handler, Placement written, Placement placement) {
        String chosen = written.version()
                .map(choice -> ", in a version of [" + choice + "]")
                .orElse("");
        return (handler.revision().stage() == org.sallyport.api.plugin.Stage.DEPRECATED
                        ? chosen + "; this version is deprecated"
                        : chosen)
                + (placement == written ? "" : "; with the settings that came back with this version");
    }

    /** What was found wrong, when the entry was read, that concerns this placement. */
    private static List<Finding> about(Entry entry, Optional<String> server) {
        return entry.findings().stream()
                .filter(f -> f.path().isEmpty()
                        || f.path().equals("/servers")
                        || server.map(s -> (f.path() + "/").startsWith(Entries.serverPath(s) + "/"))
                                .orElse(!f.path().startsWith("/servers/")))
                .toList();
    }

    Line place(StandIn standIn) {
        String instance = standIn.config().instance();
        PolicyType<?> type = input.types().stream()
                .filter(t -> t.name().equals(standIn.type()))
                .findFirst()
                .orElse(null);
        if (type == null) {
            refusals.add(new SettingsException(instance, "There is no plugin type [" + standIn.type() + "]"));
            return new Line(null, Map.of());
        }
        // One seat for all its servers, as it is one object.
        Seat seat = new Seat(
                new Seat.Origin(instance, Scope.GLOBAL, type.name(), "", "", standIn.member(), Document.EMPTY_OBJECT),
                type.rules(),
                standIn.member(),
                seating.watchOfStandIn(),
                new Breaker(input.options().breaker()),
                "");
        seats.add(seat);
        Map<String, Stage> servers = new LinkedHashMap<>();
        standIn.config().servers().forEach((server, p) -> servers.put(server, standIn(seat, type, p)));
        return new Line(
                standIn.config().global().map(p -> standIn(seat, type, p)).orElse(null), servers);
    }

    private static Stage standIn(Seat seat, PolicyType<?> type, Placement placement) {
        boolean on = placement.enabled();
        int priority = priority(type, placement, Placement.DEFAULT_PRIORITY);
        return new Stage(
                seat.instance(),
                type.name(),
                "",
                type.rules(),
                placement.critical(),
                false,
                priority,
                on ? seat : null,
                null,
                new ChainEntry(
                        0,
                        seat.instance(),
                        type.name(),
                        "",
                        "",
                        priority,
                        placement.critical(),
                        on ? Stage.READY : Stage.DISABLED,
                        "a stand-in",
                        ""));
    }

    /** The handlers that no entry names, by plugin and handler. */
    List<Line> placeUnconfigured() {
        return handlers.all().stream()
                .filter(handler -> !configured.contains(handler.key()))
                .sorted(Comparator.comparing(
                                (Handler<?> handler) -> handler.plugin().id())
                        .thenComparing(Handler::name))
                .map(handler -> new Line(join(handler), Map.of()))
                .toList();
    }

    private Stage join(Handler<?> handler) {
        String name = handler.name();
        Placement defaults = new Placement(true, true, Optional.empty(), Document.EMPTY_OBJECT);
        String hint = "; configure an entry [" + name + "] to have it";
        TrustLevel level = input.options().levels().apply(handler.plugin());
        if (!input.options().joins(level)) {
            return out(
                    name,
                    handler,
                    defaults,
                    Stage.NOT_JOINED,
                    "nothing is configured for it, and its trust level [" + level.label() + "] is not among those that"
                            + " join by themselves" + hint);
        }
        if (!Entries.NAME.matcher(name).matches() || !names.add(name)) {
            return out(
                    name,
                    handler,
                    defaults,
                    Stage.NOT_JOINED,
                    "its name is not valid or another instance has it; its plugin has to name it otherwise");
        }
        List<Finding> findings = Checks.check(handler, Optional.empty(), defaults, input.settings());
        if (!findings.isEmpty()) {
            return out(
                    name,
                    handler,
                    defaults,
                    Stage.NOT_JOINED,
                    "nothing is configured for it, and it does not work without: "
                            + findings.get(0).message() + hint);
        }
        try {
            return ready(
                    name,
                    handler,
                    defaults,
                    seat(name, handler, Optional.empty(), Document.EMPTY_OBJECT),
                    "joined by itself: nothing is configured for it, and its trust level [" + level.label()
                            + "] is among those that join");
        } catch (CallFailed e) {
            return out(
                    name,
                    handler,
                    defaults,
                    Stage.NOT_JOINED,
                    "nothing is configured for it, and with its defaults it failed with ["
                            + e.failure().type() + "]"
                            + (e.path() == null ? "" : ": " + e.failure().message()) + hint);
        }
    }

    private <P> Seat seat(String instance, Handler<P> handler, Optional<String> server, Document settings)
            throws CallFailed {
        Scope scope = server.map(Scope::server).orElse(Scope.GLOBAL);
        String plugin = handler.pluginName();
        Seat.Origin origin = new Seat.Origin(
                instance,
                scope,
                handler.type().name(),
                plugin,
                handler.plugin().version().toString(),
                handler.contribution().service(),
                settings);
        Seat seat = kept(origin);
        if (seat == null) {
            seat = fresh(origin, handler, settings);
        }
        seats.add(seat);
        return seat;
    }

    private @Nullable Seat kept(Seat.Origin origin) {
        for (Seat seat : previous.seats) {
            if (seat.origin.same(origin)
                    && seat.breaker.rule().equals(input.options().breaker())) {
                return seat;
            }
        }
        return null;
    }

    private <P> Seat fresh(Seat.Origin origin, Handler<P> handler, Document settings) throws CallFailed {
        sitting.checkAnswers(handler);
        try {
            Seating.Configured made = sitting.configure(
                    origin.instance(),
                    handler,
                    input.settings().orElseThrow().settings(origin.instance(), origin.scope(), settings),
                    input.set(),
                    input.options().deadline());
            return new Seat(
                    origin,
                    handler.type().rules(),
                    made.member(),
                    seating.watch(handler),
                    new Breaker(input.options().breaker()),
                    made.status());
        } catch (CallFailed e) {
            if (e.path() == null && e.failure().isPlugins()) {
                // Without what an exception says: it may quote a setting that is secret.
                seating.watch(handler)
                        .failed(e.failure().sentence(origin.instance(), true) + ", when it was configured");
            }
            throw e;
        }
    }

    private static int priority(@Nullable PolicyType<?> type, Placement placement, int otherwise) {
        return type != null && !type.rules().ordered()
                ? -1
                : placement.priority().orElse(otherwise);
    }

    /** What a handler asks for; what is no integer of 0 to 100 counts as not said. */
    private static int asked(@Nullable Handler<?> handler) {
        Object asked = handler == null ? null : handler.contribution().property(PRIORITY);
        return asked instanceof Integer own && own >= 0 && own <= 100 ? own : Placement.DEFAULT_PRIORITY;
    }

    private static Stage ready(String instance, Handler<?> handler, Placement placement, Seat seat, String why) {
        return placement.shadow()
                ? stage(
                        instance,
                        handler,
                        placement,
                        seat,
                        null,
                        Stage.SHADOW,
                        why + "; it sees what comes to its place and changes nothing, which 'policy:shadow' shows",
                        seat.status)
                : stage(instance, handler, placement, seat, null, Stage.READY, why, seat.status);
    }

    private static Stage refused(
            String instance, @Nullable Handler<?> handler, Placement placement, String path, String message) {
        return fault(
                instance,
                handler,
                placement,
                Stage.REFUSED,
                "its settings" + (path.isEmpty() ? "" : " at [" + path + "]") + " were refused: " + message);
    }

    private static Stage fault(
            String instance, @Nullable Handler<?> handler, Placement placement, String state, String why) {
        String fate = placement.critical() && !placement.shadow()
                ? "; it is critical, so its messages are stopped"
                : "; it is not critical, so it is skipped";
        return stage(instance, handler, placement, null, new Failure(state, why, ""), state, why + fate, "");
    }

    private static Stage out(
            String instance, @Nullable Handler<?> handler, Placement placement, String state, String why) {
        return stage(instance, handler, placement, null, null, state, why, "");
    }

    private static Stage stage(
            String instance,
            @Nullable Handler<?> handler,
            Placement placement,
            @Nullable Seat seat,
            @Nullable Failure fault,
            String state,
            String why,
            String status) {
        PolicyType<?> type = handler == null ? null : handler.type();
        String typeName = type == null ? "" : type.name();
        String version = handler == null ? "" : handler.plugin().version().toString();
        int priority = priority(type, placement, asked(handler));
        boolean critical = placement.critical() && !placement.shadow();
        return new Stage(
                instance,
                typeName,
                version,
                type == null ? null : type.rules(),
                critical,
                placement.shadow(),
                priority,
                seat,
                fault,
                new ChainEntry(
                        0,
                        instance,
                        typeName,
                        handler == null ? "" : handler.plugin().id().value(),
                        version,
                        priority,
                        critical,
                        state,
                        why,
                        status));
    }
}
