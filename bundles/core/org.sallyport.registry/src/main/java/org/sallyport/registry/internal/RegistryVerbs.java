package org.sallyport.registry.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.VersionRange;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginFilter;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginRegistry;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.registry.RegistrySnapshot;

/** The verbs {@code plugin:search|find|resolve|states}. */
final class RegistryVerbs {
    private static final Parameter ID = Parameter.argument("id", Parameter.Kind.TEXT, "the plugin's id");

    private RegistryVerbs() {}

    /** A plugin that was found, with its newest version of those that were. */
    record Hit(String id, String version, String state, String name, String description) {
        static Hit of(RegistrySnapshot snapshot, PluginVersion version) {
            return new Hit(
                    version.id(),
                    version.version().toString(),
                    stateOf(snapshot, version),
                    version.descriptor().map(PluginDescriptor::name).orElse(""),
                    version.descriptor().map(PluginDescriptor::description).orElse(""));
        }
    }

    /** A version that was found. */
    record Found(String version, String state, Stage stage, String origin, String sha256) {
        static Found of(RegistrySnapshot snapshot, PluginVersion version) {
            return new Found(
                    version.version().toString(),
                    stateOf(snapshot, version),
                    version.stage(),
                    version.origin(),
                    version.sha256());
        }
    }

    /** What a requirement led to. */
    record Chosen(String requirement, String version, String state, String stage) {}

    /** A step of a plugin's life. */
    record Step(String at, String version, String state, String cause) {
        static Step of(KnownPlugin.Change change) {
            return new Step(
                    change.at().toString(), change.version(), change.state().name(), change.cause());
        }
    }

    /** What happened to a plugin. */
    record History(String id, long loads, long errors, long downloads, String lastUsed, List<Step> changes) {
        static History of(KnownPlugin plugin) {
            KnownPlugin.Statistics statistics = plugin.statistics();
            return new History(
                    plugin.status().id(),
                    statistics.loads(),
                    statistics.errors(),
                    statistics.downloads(),
                    statistics.lastUsed().map(Object::toString).orElse(""),
                    plugin.history().stream().map(Step::of).toList());
        }
    }

    static List<AdminVerb> of(PluginRegistry registry) {
        List<Parameter> search = new ArrayList<>();
        search.add(Parameter.argument(
                "text", Parameter.Kind.TEXT, "words that all occur in what a plugin says of itself"));
        search.addAll(PluginFilter.options());
        return List.of(
                new Verb(
                        "search",
                        "find plugins by what they say of themselves",
                        List.copyOf(search),
                        arguments -> search(registry.snapshot(), arguments)),
                new Verb(
                        "find",
                        "find the versions of a plugin that are here",
                        List.of(
                                ID,
                                new Parameter(
                                        "range",
                                        Parameter.Kind.TEXT,
                                        false,
                                        false,
                                        "such as [1.2,2); 1.2 means that or higher; all if left out")),
                        arguments -> find(registry.snapshot(), arguments)),
                new Verb(
                        "resolve",
                        "choose versions that are here for what is required",
                        List.of(Parameter.argument(
                                "requirements",
                                Parameter.Kind.TEXT,
                                "ids with ranges, parted by blanks, such as 'one@[1,2) other'")),
                        arguments -> resolve(registry.snapshot(), arguments.required("requirements"))),
                new Verb(
                        "states",
                        "show the states that a plugin went through, newest first, and what was counted",
                        List.of(ID),
                        arguments -> History.of(known(registry.snapshot(), arguments.required("id")))));
    }

    private static List<Hit> search(RegistrySnapshot snapshot, Arguments arguments) {
        Map<String, Hit> newest = new LinkedHashMap<>();
        for (PluginVersion version :
                snapshot.search(PluginFilter.of(arguments).containing(arguments.required("text")))) {
            newest.computeIfAbsent(version.id(), id -> Hit.of(snapshot, version));
        }
        return List.copyOf(newest.values());
    }

    private static List<Found> find(RegistrySnapshot snapshot, Arguments arguments) {
        String id = known(snapshot, arguments.required("id")).status().id();
        VersionRange range = parsed(VersionRange::new, arguments.text("range").orElse("0"));
        return snapshot.versions(new PluginRange(id, range)).stream()
                .map(version -> Found.of(snapshot, version))
                .toList();
    }

    private static List<Chosen> resolve(RegistrySnapshot snapshot, String text) {
        List<PluginRange> required = Arrays.stream(text.strip().split("\\s+"))
                .map(one -> parsed(PluginRange::parse, one))
                .toList();
        Map<String, PluginVersion> chosen = snapshot.resolve(required).chosen();
        return required.stream()
                .map(one -> {
                    PluginVersion version = chosen.get(one.id());
                    return version == null
                            ? new Chosen(one.toString(), "", "MISSING", "")
                            : new Chosen(
                                    one.toString(),
                                    version.version().toString(),
                                    stateOf(snapshot, version),
                                    version.stage().name());
                })
                .toList();
    }

    private static <T> T parsed(Function<String, T> parser, String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new PluginException("invalid_range", "[" + text + "] has no range such as [1.2,2) or 1.2", e);
        }
    }

    private static KnownPlugin known(RegistrySnapshot snapshot, String id) {
        return snapshot.plugin(id)
                .orElseThrow(() -> new PluginException(
                        "not_found", "There is no plugin [" + id + "]; 'plugin:list' shows those that there are"));
    }

    /** The state of the version if it is the main one or stands beside it, else that it is kept. */
    private static String stateOf(RegistrySnapshot snapshot, PluginVersion version) {
        return Stream.of(version.id(), version.id() + "@" + version.version())
                .flatMap(name -> snapshot.plugin(name).stream())
                .map(KnownPlugin::status)
                .filter(status -> status.sha256().equals(version.sha256()))
                .map(status -> status.state().name())
                .findFirst()
                .orElse("KEPT");
    }

    private record Verb(String name, String summary, List<Parameter> parameters, Function<Arguments, Object> work)
            implements AdminVerb {
        @Override
        public String scope() {
            return "plugin";
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public @Nullable Object run(Arguments arguments) {
            return work.apply(arguments);
        }
    }
}
