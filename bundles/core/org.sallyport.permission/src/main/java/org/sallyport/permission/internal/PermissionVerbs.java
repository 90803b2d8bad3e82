package org.sallyport.permission.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionRequests;
import org.sallyport.spi.permission.PermissionRequests.Asked;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginRegistry;
import org.sallyport.spi.registry.PluginVersion;

/** The verbs {@code permission:list|grant|revoke|why|history|manifest|record}. Thread-safe. */
final class PermissionVerbs {
    private static final Parameter ID =
            Parameter.argument("id", Parameter.Kind.TEXT, "the plugin's id, or one of its aliases");
    private static final Parameter MAYBE_ID =
            new Parameter("id", Parameter.Kind.TEXT, false, false, "one plugin, in detail; all if left out");
    private static final Parameter SOME = new Parameter(
            "permissions",
            Parameter.Kind.WORDS,
            false,
            false,
            "such as file.read:/etc/hosts or net.connect:*.example.org:443");
    private static final Parameter ALL = Parameter.option("all", Parameter.Kind.FLAG, "all that it asks for");
    private static final Parameter VERSION = Parameter.option(
            "version", Parameter.Kind.TEXT, "of that version; else of the one that waits for it, or serves");
    private static final Parameter OFF = Parameter.option("off", Parameter.Kind.FLAG, "end it");

    private final Consents consents;
    private final UseBook book;
    private final Recording recording;
    private final Function<PluginId, org.sallyport.spi.permission.Places> places;
    private final PluginRegistry registry;
    private final Supplier<@Nullable PluginAdmin> admin;

    PermissionVerbs(PermissionService service, PluginRegistry registry, Supplier<@Nullable PluginAdmin> admin) {
        this.consents = service.consents;
        this.book = service.book;
        this.recording = service.recording;
        this.places = service::places;
        this.registry = registry;
        this.admin = admin;
    }

    /** One version in the list of all. */
    record Line(
            String plugin, String version, int declared, int granted, int open, int refused, long used, long denied) {}

    /**
     * One permission of a version.
     *
     * @param state {@code granted}, {@code partly}, {@code refused}, {@code open}, {@code barred}, or {@code undeclared} for
     *     what it tried without asking for it
     * @param used how often it was used, {@code denied} how often something of its kind was denied, since the start
     */
    record Detail(
            String permission, String version, String state, String granted, long used, long denied, String reason) {}

    /** A denial. */
    record Denial(String version, String permission, String target, long times, String layer, String cause) {}

    List<AdminVerb> verbs() {
        return List.of(
                verb(
                        "list",
                        "show what plugins ask for, what of it was granted, and what they used",
                        Role.VIEWER,
                        List.of(MAYBE_ID),
                        a -> a.text("id").<Object>map(this::details).orElseGet(this::list)),
                verb(
                        "grant",
                        "grant permissions to a version of a plugin; one that waited for them comes in by itself",
                        Role.ADMIN,
                        List.of(ID, SOME, ALL, VERSION),
                        a -> decide(a, consents::grant)),
                verb(
                        "revoke",
                        "take permissions back, or refuse them; the plugin goes on without",
                        Role.ADMIN,
                        List.of(ID, SOME, ALL, VERSION),
                        a -> decide(a, consents::revoke)),
                verb(
                        "why",
                        "show what a plugin was denied, and the command that grants it",
                        Role.VIEWER,
                        List.of(ID),
                        a -> denials(a.required("id"))),
                verb(
                        "history",
                        "show what was decided about a plugin's permissions, oldest first",
                        Role.VIEWER,
                        List.of(ID),
                        a -> consents.history(plugin(a.required("id")))),
                verb(
                        "manifest",
                        "print the least that a plugin has to ask for to do what it did and tried",
                        Role.VIEWER,
                        List.of(ID),
                        a -> manifest(plugin(a.required("id")))),
                verb(
                        "record",
                        "in development: let a plugin do anything and take down what it does, for 'permission:manifest'",
                        Role.ADMIN,
                        List.of(ID, OFF),
                        a -> record(plugin(a.required("id")), a.flag(OFF.name()))));
    }

    private static AdminVerb verb(
            String name, String summary, Role role, List<Parameter> parameters, Function<Arguments, Object> work) {
        return new Verb(name, summary, role, parameters, work);
    }

    private record Verb(
            String name, String summary, Role role, List<Parameter> parameters, Function<Arguments, Object> work)
            implements AdminVerb {
        @Override
        public String scope() {
            return "permission";
        }

        @Override
        public @Nullable Object run(Arguments arguments) {
            return work.apply(arguments);
        }
    }

    /** Grants or revokes. */
    private interface Work {
        void on(VersionKey key, List<Asked> asked, List<Permission> permissions, String how);
    }

    private List<Detail> decide(Arguments arguments, Work work) {
        String plugin = plugin(arguments.required("id"));
        VersionKey key = version(plugin, arguments.text("version"));
        List<Asked> asked = asked(key);
        List<Permission> permissions;
        if (arguments.flag(ALL.name())) {
            permissions = asked.stream().map(Asked::permission).toList();
        } else {
            permissions = arguments.words(SOME.name()).stream()
                    .flatMap(PermissionVerbs::parsed)
                    .toList();
        }
        if (permissions.isEmpty()) {
            throw new PluginException(
                    "usage",
                    asked.isEmpty()
                            ? "Plugin [" + plugin + "] version [" + key.version() + "] asks for nothing"
                            : "Name permissions, or say --all. Plugin [" + plugin + "] version [" + key.version()
                                    + "] asks for " + Consents.named(asked));
        }
        work.on(key, asked, permissions, "verb");
        return details(key, asked);
    }

    private static Stream<Permission> parsed(String text) {
        try {
            return Permission.parse(text).stream();
        } catch (IllegalArgumentException e) {
            throw new PluginException("usage", "Nothing was changed: " + e.getMessage(), e);
        }
    }

    /** A plugin's id, by it or an alias. */
    private String plugin(String named) {
        PluginAdmin plugins = admin.get();
        if (plugins == null) {
            throw new PluginException("unavailable", "Plugins are not admitted here now; see 'sallyport:registry'");
        }
        Optional<PluginStatus> found = plugins.find(named);
        if (found.isEmpty()) {
            plugins.why(named); // Throws, with those that there are.
        }
        return found.flatMap(PluginStatus::descriptor)
                .map(known -> known.id().value())
                .orElse(named);
    }

    private VersionKey version(String plugin, Optional<String> named) {
        if (named.isPresent()) {
            try {
                return new VersionKey(plugin, Version.parseVersion(named.get()).toString());
            } catch (IllegalArgumentException e) {
                throw new PluginException("usage", "[" + named.get() + "] is no version such as 1.2.0", e);
            }
        }
        return consents.waiting(plugin).map(Asking.Waiting::key).orElseGet(() -> main(plugin));
    }

    private VersionKey main(String plugin) {
        return new VersionKey(
                plugin,
                registry.snapshot()
                        .plugin(plugin)
                        .map(known -> known.status().version())
                        .orElse(""));
    }

    private List<Asked> asked(VersionKey key) {
        return consents.waiting(key.plugin())
                .filter(one -> one.key().equals(key))
                .map(Asking.Waiting::asked)
                .or(() -> consents.asked(key))
                .or(() -> described(key))
                .orElseThrow(() -> new PluginException(
                        "no_version",
                        "Version [" + key.version() + "] of plugin [" + key.plugin() + "] is not here; there are "
                                + versions(key.plugin()).stream()
                                        .map(VersionKey::version)
                                        .toList()));
    }

    /** Of one that did not pass the gate since the start, as it sleeps or was replaced. */
    private Optional<List<Asked>> described(VersionKey key) {
        return known(key.plugin())
                .filter(one -> one.version().toString().equals(key.version()))
                .flatMap(one -> one.descriptor().stream())
                .findFirst()
                .map(PluginDescriptor::permissions)
                .map(PermissionRequests::of);
    }

    private Stream<PluginVersion> known(String plugin) {
        return registry.snapshot().plugin(plugin).map(KnownPlugin::versions).orElse(List.of()).stream();
    }

    /** The versions of a plugin that matter now: the one that waits, the main one, those that did something. */
    private Set<VersionKey> versions(String plugin) {
        Set<VersionKey> keys = new LinkedHashSet<>();
        consents.waiting(plugin).ifPresent(one -> keys.add(one.key()));
        VersionKey main = main(plugin);
        if (!main.version().isEmpty()) {
            keys.add(main);
        }
        keys.addAll(book.versions(plugin));
        return keys;
    }

    private List<Line> list() {
        PluginAdmin plugins = admin.get();
        List<Line> lines = new ArrayList<>();
        if (plugins == null) {
            return lines;
        }
        plugins.list().stream()
                .flatMap(status -> status.descriptor().stream())
                .map(known -> known.id().value())
                .distinct()
                .flatMap(plugin -> versions(plugin).stream())
                .forEach(key -> line(key).ifPresent(lines::add));
        return lines;
    }

    private Optional<Line> line(VersionKey key) {
        List<Asked> asked;
        try {
            asked = asked(key);
        } catch (PluginException | IllegalArgumentException e) {
            return Optional.empty();
        }
        Standing standing = consents.standing(key, asked);
        return Optional.of(new Line(
                key.plugin(),
                key.version(),
                asked.size(),
                standing.granted().size(),
                standing.open().size(),
                (int) asked.stream()
                        .filter(one -> standing.of(one) == Standing.State.REFUSED)
                        .count(),
                sum(book.used(key)),
                sum(book.denied(key))));
    }

    private static long sum(List<UseBook.Line> lines) {
        return lines.stream().mapToLong(UseBook.Line::times).sum();
    }

    private List<Detail> details(String named) {
        return versions(plugin(named)).stream()
                .flatMap(key -> details(key, asked(key)).stream())
                .toList();
    }

    private List<Detail> details(VersionKey key, List<Asked> asked) {
        Standing standing = consents.standing(key, asked);
        List<UseBook.Line> used = book.used(key);
        List<UseBook.Line> denied = new ArrayList<>(book.denied(key));
        List<Detail> details = new ArrayList<>();
        for (Asked one : asked) {
            Permission permission = one.permission();
            Standing.State state = standing.of(one);
            details.add(new Detail(
                    permission.toString(),
                    key.version(),
                    state.name().toLowerCase(Locale.ROOT),
                    state == Standing.State.PARTLY
                            ? standing.decision().grantedOf(permission).toString()
                            : "",
                    count(used, permission),
                    count(denied, permission),
                    one.reason()));
        }
        denied.removeIf(line -> asked.stream().anyMatch(one -> isOfKind(line, one.permission())));
        denied.stream()
                .sorted(Comparator.comparing(UseBook.Line::act))
                .forEach(line -> details.add(
                        new Detail(line.act().toString(), key.version(), "undeclared", "", 0, line.times(), "")));
        return details;
    }

    private static boolean isOfKind(UseBook.Line line, Permission permission) {
        return line.act().type().equals(permission.type())
                && line.act().action().equals(permission.action());
    }

    private static long count(List<UseBook.Line> lines, Permission permission) {
        return lines.stream()
                .filter(line -> isOfKind(line, permission))
                .mapToLong(UseBook.Line::times)
                .sum();
    }

    private List<Denial> denials(String named) {
        List<Denial> denials = new ArrayList<>();
        for (VersionKey key : book.versions(plugin(named))) {
            book.denied(key)
                    .forEach(line -> denials.add(new Denial(
                            key.version(),
                            line.act().type() + '.' + line.act().action(),
                            line.act().scope(),
                            line.times(),
                            line.layer(),
                            line.cause())));
        }
        return denials;
    }

    private String manifest(String plugin) {
        List<Permission> acts = book.versions(plugin).stream()
                .flatMap(key -> Stream.of(book.used(key), book.denied(key)))
                .flatMap(List::stream)
                .map(UseBook.Line::act)
                .filter(act -> !act.equals(UseBook.OTHERS))
                .toList();
        List<String> lines = LeastManifest.of(acts, places.apply(new PluginId(plugin)));
        return lines.isEmpty() ? "// It did nothing that needs a permission." : String.join("\n", lines);
    }

    private String record(String plugin, boolean off) {
        if (off) {
            recording.end(plugin);
        } else {
            recording.begin(plugin);
            book.versions(plugin).forEach(book::forget);
        }
        consents.tell(plugin);
        return off
                ? "Plugin [" + plugin + "] is held to its grants again; see 'permission:manifest " + plugin + "'"
                : "Plugin [" + plugin + "] may do anything now, and it is taken down; use it, then see"
                        + " 'permission:manifest " + plugin + "'";
    }
}
