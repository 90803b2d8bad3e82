package org.sallyport.admission.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admission.PluginAdmin;

/** The verbs {@code plugin:keep|mark}. */
final class VersionVerbs {
    private static final Parameter ID =
            Parameter.argument("id", Parameter.Kind.TEXT, "the plugin's id, or one of its aliases");

    private VersionVerbs() {}

    static List<AdminVerb> of(PluginAdmin admin, Planner planner, Signed signed) {
        return List.of(
                PluginVerbs.verb(
                        "keep",
                        "keep a version beside a plugin's main one, for those who choose it",
                        Role.OPERATOR,
                        List.of(
                                ID,
                                Parameter.argument(
                                        "version",
                                        Parameter.Kind.TEXT,
                                        "the main one's or one that was replaced, such as 1.2.0"),
                                PluginVerbs.DRY_RUN),
                        a -> a.flag(PluginVerbs.DRY_RUN.name())
                                ? planner.keep(a.required("id"), version(a))
                                : PluginVerbs.Line.of(admin.keep(a.required("id"), version(a)), signed)),
                PluginVerbs.verb(
                        "mark",
                        "mark a version for those who choose by range",
                        Role.OPERATOR,
                        List.of(
                                ID,
                                Parameter.argument("version", Parameter.Kind.TEXT, "one that is here, such as 1.2.0"),
                                Parameter.argument(
                                        "stage",
                                        Parameter.Kind.TEXT,
                                        "stable; beta: only for who asks; deprecated: if there is no stable one"),
                                PluginVerbs.DRY_RUN),
                        a -> {
                            Stage stage = stage(a.required("stage"));
                            return a.flag(PluginVerbs.DRY_RUN.name())
                                    ? planner.mark(a.required("id"), version(a))
                                    : PluginVerbs.Line.of(admin.mark(a.required("id"), version(a), stage), signed);
                        }));
    }

    private static Version version(Arguments arguments) {
        String text = arguments.required("version");
        try {
            return Version.parseVersion(text);
        } catch (IllegalArgumentException e) {
            throw new PluginException("invalid_argument", "[" + text + "] is no version such as 1.2.0", e);
        }
    }

    private static Stage stage(String text) {
        return Arrays.stream(Stage.values())
                .filter(one -> one.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new PluginException(
                        "invalid_argument", "[" + text + "] is no stage; there are stable, beta, deprecated"));
    }
}
