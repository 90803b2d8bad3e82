package org.sallyport.admission.internal;

import java.util.List;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;
import org.sallyport.spi.admission.PluginAdmin;

/** The verbs {@code type:list|update|reset}. */
final class TypeVerbs {
    private static final String SCOPE = "type";

    private TypeVerbs() {}

    static List<AdminVerb> of(TypeUpdates types, Signed signed) {
        return List.of(
                PluginVerbs.verb(
                        SCOPE,
                        "list",
                        "list the plugin types, the bundles that bring them, and the plugins that are wired to those",
                        Role.VIEWER,
                        List.of(),
                        arguments -> types.list()),
                PluginVerbs.verb(
                        SCOPE,
                        "update",
                        "replace the bundle of a plugin type while its plugins serve",
                        Role.OPERATOR,
                        List.of(
                                Parameter.argument("file", Parameter.Kind.FILE, "the bundle's jar"),
                                PluginVerbs.DRY_RUN),
                        arguments -> {
                            byte[] archive = arguments.bytes("file", PluginAdmin.MAX_ARCHIVE);
                            signed.offer(archive, arguments.file("file"));
                            return types.update(
                                    archive,
                                    "shell/" + arguments.file("file").getFileName(),
                                    arguments.flag(PluginVerbs.DRY_RUN.name()));
                        }),
                PluginVerbs.verb(
                        SCOPE,
                        "reset",
                        "go back to the bundle of a plugin type that came with the platform",
                        Role.OPERATOR,
                        List.of(
                                Parameter.argument("name", Parameter.Kind.TEXT, "the bundle's symbolic name"),
                                PluginVerbs.DRY_RUN),
                        arguments ->
                                types.reset(arguments.required("name"), arguments.flag(PluginVerbs.DRY_RUN.name()))));
    }
}
