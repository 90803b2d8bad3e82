package org.sallyport.admission.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.journal.Operation.Kind;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginFilter;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRegistry;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** The verbs {@code plugin:list|info|why|install|update|uninstall|enable|disable}. */
final class PluginVerbs {
    private static final Parameter ID =
            Parameter.argument("id", Parameter.Kind.TEXT, "the plugin's id, or one of its aliases");
    private static final String DRY = "dry-run";
    static final Parameter DRY_RUN =
            Parameter.option(DRY, Parameter.Kind.FLAG, "only say what would be stopped, started and rewired");
    private static final String ALONG = "with-dependents";
    private static final Parameter WITH_DEPENDENTS =
            Parameter.option(ALONG, Parameter.Kind.FLAG, "do the same to the plugins that use it, before");
    private static final Parameter BESIDE = Parameter.option(
            "beside", Parameter.Kind.FLAG, "as a version beside the main one, for those who choose it");
    private static final Parameter GRANT =
            Parameter.option("grant", Parameter.Kind.FLAG, "agree to all permissions that it asks for");
    private static final Parameter FILE = Parameter.argument("file", Parameter.Kind.FILE, "the plugin's jar");

    private PluginVerbs() {}

    /** One line of the list. */
    record Line(
            String id,
            String version,
            PluginState state,
            Stage stage,
            String level,
            String tier,
            String origin,
            String cause) {
        static Line of(PluginStatus status, Signed signed) {
            return new Line(
                    status.id(),
                    status.version(),
                    status.state(),
                    status.stage(),
                    signed.level(status),
                    signed.tier(status),
                    status.origin(),
                    status.cause());
        }
    }

    /**
     * What came of a change.
     *
     * @param rewired plugins that use it and were replaced by themselves in the same step
     * @param along plugins that were stopped before it, or brought back after it
     */
    record Change(
            String id,
            String version,
            PluginState state,
            String level,
            String origin,
            String cause,
            List<String> rewired,
            List<String> along) {
        static Change of(Door.Done done, Signed signed) {
            PluginStatus status = done.status();
            return new Change(
                    status.id(),
                    status.version(),
                    status.state(),
                    signed.level(status),
                    status.origin(),
                    status.cause(),
                    done.rewired(),
                    done.along());
        }
    }

    /** All that is known of one plugin. */
    record Info(
            String id,
            String name,
            String version,
            String description,
            PluginState state,
            Stage stage,
            List<String> beside,
            String desired,
            String cause,
            String next,
            String since,
            String author,
            String licence,
            String homepage,
            List<String> types,
            List<String> capabilities,
            List<String> keywords,
            List<String> aliases,
            List<String> handlers,
            String displayScope,
            List<String> permissions,
            String level,
            String asksLevel,
            String tier,
            List<String> layers,
            String publisher,
            String key,
            String signature,
            String origin,
            String sha256) {
        static Info of(PluginStatus status, List<String> beside, Signed signed) {
            Optional<Trust> trust = signed.trust(status);
            PluginDescriptor known = status.descriptor().orElse(null);
            return new Info(
                    status.id(),
                    known == null ? "" : known.name(),
                    status.version(),
                    known == null ? "" : known.description(),
                    status.state(),
                    status.stage(),
                    beside,
                    status.desired(),
                    status.cause(),
                    status.next(),
                    status.since().toString(),
                    known == null ? "" : known.author(),
                    known == null ? "" : known.licence(),
                    known == null ? "" : known.homepage(),
                    known == null ? List.of() : List.copyOf(known.types()),
                    known == null ? List.of() : List.copyOf(known.capabilities()),
                    known == null ? List.of() : List.copyOf(known.keywords()),
                    known == null ? List.of() : List.copyOf(known.aliases()),
                    status.handlers(),
                    known == null ? "" : known.displayScope().name().toLowerCase(Locale.ROOT),
                    known == null
                            ? List.of()
                            : known.permissions().stream().map(Info::permission).toList(),
                    trust.map(it -> it.level().label()).orElse(""),
                    known == null ? "" : known.trustLevel().label(),
                    signed.tier(status),
                    signed.layers(status),
                    trust.map(Trust::publisher).orElse(""),
                    trust.map(Trust::key).orElse(""),
                    trust.map(Trust::format).orElse(""),
                    status.origin(),
                    status.sha256());
        }

        private static String permission(PluginDescriptor.PermissionRequest asked) {
            return asked.type() + ":" + String.join("|", asked.actions())
                    + (asked.scope().isEmpty() ? "" : ":" + asked.scope());
        }
    }

    static List<AdminVerb> of(Door admin, Planner planner, PluginRegistry registry, Signed signed) {
        return List.of(
                verb(
                        "list",
                        "list the plugins, all of them with the files that should have been one",
                        Role.VIEWER,
                        PluginFilter.options(),
                        a -> listed(admin, registry, signed, PluginFilter.of(a))),
                verb(
                        "info",
                        "show all that is known of a plugin",
                        Role.VIEWER,
                        List.of(ID),
                        a -> info(admin, a.required("id"), signed)),
                verb(
                        "why",
                        "say why a plugin is or is not in service, and what to do",
                        Role.VIEWER,
                        List.of(ID),
                        a -> String.join("\n", admin.why(a.required("id")))),
                verb(
                        "install",
                        "bring a plugin in, or its next version",
                        Role.OPERATOR,
                        List.of(FILE, BESIDE, GRANT, DRY_RUN),
                        a -> install(admin, planner, a, signed)),
                verb(
                        "update",
                        "replace a plugin by another version",
                        Role.OPERATOR,
                        List.of(ID, FILE, GRANT, DRY_RUN),
                        a -> a.flag(DRY)
                                ? planner.archive(archive(a, signed), origin(a), a.text("id"))
                                : Change.of(
                                        admin.updated(
                                                a.required("id"),
                                                archive(a, signed),
                                                origin(a),
                                                signed.agreeing(a.flag(GRANT.name()))),
                                        signed)),
                verb(
                        "uninstall",
                        "drain and remove a plugin; its storage is kept",
                        Role.OPERATOR,
                        List.of(ID, WITH_DEPENDENTS, DRY_RUN),
                        a -> a.flag(DRY)
                                ? planner.leave(Kind.UNINSTALL, a.required("id"), a.flag(ALONG))
                                : Change.of(admin.uninstalled(a.required("id"), a.flag(ALONG)), signed)),
                verb(
                        "enable",
                        "put a plugin into service that is disabled or quarantined, and those disabled with it",
                        Role.OPERATOR,
                        List.of(ID, DRY_RUN),
                        a -> a.flag(DRY)
                                ? planner.enable(a.required("id"))
                                : Change.of(admin.enabled(a.required("id")), signed)),
                verb(
                        "disable",
                        "drain and stop a plugin; its state is kept",
                        Role.OPERATOR,
                        List.of(ID, WITH_DEPENDENTS, DRY_RUN),
                        a -> a.flag(DRY)
                                ? planner.leave(Kind.DISABLE, a.required("id"), a.flag(ALONG))
                                : Change.of(admin.disabled(a.required("id"), a.flag(ALONG)), signed)));
    }

    private static List<Line> listed(PluginAdmin admin, PluginRegistry registry, Signed signed, PluginQuery query) {
        List<PluginStatus> all = admin.list();
        if (!query.equals(PluginQuery.ALL)) {
            Set<String> found = registry.snapshot().search(query).stream()
                    .map(PluginVersion::sha256)
                    .collect(Collectors.toSet());
            all = all.stream().filter(status -> found.contains(status.sha256())).toList();
        }
        return all.stream().map(status -> Line.of(status, signed)).toList();
    }

    private static Object install(Door admin, Planner planner, Arguments a, Signed signed) {
        if (a.flag(BESIDE.name()) && a.flag(GRANT.name())) {
            throw new PluginException(
                    "usage", "Put it beside the main version first, then agree with 'permission:grant ID --version V'");
        } else if (a.flag(BESIDE.name())) {
            return a.flag(DRY)
                    ? planner.beside(archive(a, signed), origin(a))
                    : Line.of(admin.installBeside(archive(a, signed), origin(a)), signed);
        }
        return a.flag(DRY)
                ? planner.archive(archive(a, signed), origin(a), Optional.empty())
                : Change.of(
                        admin.installed(archive(a, signed), origin(a), signed.agreeing(a.flag(GRANT.name()))), signed);
    }

    private static Info info(PluginAdmin admin, String name, Signed signed) {
        PluginStatus status = admin.find(name).orElseThrow(() -> notFound(admin, name));
        List<String> beside = admin.list().stream()
                .map(PluginStatus::id)
                .filter(id -> Beside.is(id) && Beside.plugin(id).equals(status.id()))
                .toList();
        return Info.of(status, beside, signed);
    }

    /** The file's bytes; what lies beside it is passed on. */
    private static byte[] archive(Arguments arguments, Signed signed) {
        byte[] archive = arguments.bytes("file", PluginAdmin.MAX_ARCHIVE);
        signed.offer(archive, arguments.file("file"));
        return archive;
    }

    private static String origin(Arguments arguments) {
        return "shell/" + arguments.file("file").getFileName();
    }

    private static PluginException notFound(PluginAdmin admin, String id) {
        admin.why(id); // Throws, with those that there are.
        return new PluginException("not_found", "There is no plugin [" + id + "]");
    }

    /** One of another scope. */
    static AdminVerb verb(
            String scope,
            String name,
            String summary,
            Role role,
            List<Parameter> parameters,
            Function<Arguments, Object> work) {
        return new Verb(scope, name, summary, role, parameters, work);
    }

    static AdminVerb verb(
            String name, String summary, Role role, List<Parameter> parameters, Function<Arguments, Object> work) {
        return new Verb("plugin", name, summary, role, parameters, work);
    }

    private record Verb(
            String scope,
            String name,
            String summary,
            Role role,
            List<Parameter> parameters,
            Function<Arguments, Object> work)
            implements AdminVerb {
        @Override
        public @Nullable Object run(Arguments arguments) {
            return work.apply(arguments);
        }
    }
}
