package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.sallyport.admission.internal.journal.Journal;
import org.sallyport.admission.internal.journal.Operation;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;

/** The verbs {@code plugin:operations|history|rollback}. */
final class OperationVerbs {
    private OperationVerbs() {}

    /** One line of a list of operations. */
    record Line(
            long id,
            String operation,
            String plugin,
            String version,
            String outcome,
            String step,
            String began,
            String ended,
            String cause) {
        static Line of(Operation one) {
            return new Line(
                    one.id(),
                    one.kind().name().toLowerCase(Locale.ROOT),
                    one.plugin(),
                    one.version(),
                    one.outcome().name().toLowerCase(Locale.ROOT),
                    one.step(),
                    one.began().toString(),
                    one.ended().map(Object::toString).orElse(""),
                    one.cause());
        }
    }

    /** What was done to a plugin, and why. */
    record Past(String when, String operation, String version, String outcome, String origin, String cause) {
        static Past of(Operation one) {
            return new Past(
                    one.began().toString(),
                    one.kind().name().toLowerCase(Locale.ROOT),
                    one.version(),
                    one.outcome().name().toLowerCase(Locale.ROOT),
                    one.origin(),
                    one.cause());
        }
    }

    static List<AdminVerb> of(Door door, Planner planner, Signed signed) {
        return List.of(
                PluginVerbs.verb(
                        "operations",
                        "show what was done and is being done to plugins, newest first, or one operation",
                        Role.VIEWER,
                        List.of(new Parameter(
                                "id", Parameter.Kind.NUMBER, false, false, "the operation's number; all if left out")),
                        arguments -> arguments
                                .text("id")
                                .<Object>map(id -> one(door, Long.parseLong(id)))
                                .orElseGet(() -> newestFirst(door, one -> true).stream()
                                        .map(Line::of)
                                        .toList())),
                PluginVerbs.verb(
                        "history",
                        "show what was done to a plugin and what came of it, newest first",
                        Role.VIEWER,
                        List.of(Parameter.argument(
                                "id", Parameter.Kind.TEXT, "the plugin's id, or one of its aliases")),
                        arguments -> history(door, arguments.required("id"))),
                PluginVerbs.verb(
                        "rollback",
                        "put the version before into the place of a plugin's present one",
                        Role.OPERATOR,
                        List.of(
                                Parameter.argument("id", Parameter.Kind.TEXT, "the plugin's id, or one of its aliases"),
                                new Parameter(
                                        "version",
                                        Parameter.Kind.TEXT,
                                        false,
                                        false,
                                        "a version that was replaced; the one before if left out"),
                                PluginVerbs.DRY_RUN),
                        arguments -> arguments.flag(PluginVerbs.DRY_RUN.name())
                                ? planner.rollback(arguments.required("id"), arguments.text("version"))
                                : PluginVerbs.Change.of(
                                        door.rollback(arguments.required("id"), arguments.text("version")), signed)));
    }

    private static Line one(Door door, long id) {
        return door.operations().stream()
                .filter(one -> one.id() == id)
                .findFirst()
                .map(Line::of)
                .orElseThrow(() -> new PluginException(
                        "not_found",
                        "There is no operation [" + id + "]; the last [" + Journal.MAX_OPERATIONS
                                + "] are remembered, see 'plugin:operations'"));
    }

    private static List<Past> history(Door door, String name) {
        // Also of one that is gone, by its id.
        String id = door.find(name).map(status -> status.id()).orElse(name);
        List<Past> past = newestFirst(door, one -> one.plugin().equals(id)).stream()
                .map(Past::of)
                .toList();
        if (past.isEmpty() && door.find(name).isEmpty()) {
            door.why(name); // Throws, with those that there are.
        }
        return past;
    }

    private static List<Operation> newestFirst(Door door, Predicate<Operation> which) {
        List<Operation> found =
                new ArrayList<>(door.operations().stream().filter(which).toList());
        Collections.reverse(found);
        return found;
    }
}
