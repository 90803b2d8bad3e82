package org.sallyport.launcher.internal.guard;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.Permissions;

/**
 * The acts by the names that the rules have for them. Besides those of the {@code …Acts} classes: {@code any:TYPE.ACTION} needs a
 * permission for all, {@code name:TYPE.ACTION} one for the text that is the first argument, {@code never:TYPE.ACTION} is for nobody.
 */
final class Acts {
    /** Without any permission. */
    static final Permissions NOTHING = new Permissions() {
        @Override
        public boolean permits(String type, String action, String target) {
            return false;
        }

        @Override
        public List<Permission> list() {
            return List.of();
        }
    };

    /** For what is done in nobody's name. */
    static final Confined NOBODY = new Confined(new Domains(), new PluginId("nobody"), Version.emptyVersion, NOTHING);

    private static final Map<String, Act> NAMED = new HashMap<>();

    static {
        NAMED.putAll(FileActs.named());
        NAMED.putAll(DiskActs.named());
        NAMED.putAll(NetActs.named());
        NAMED.putAll(CodeActs.named());
        NAMED.putAll(ThreadActs.named());
        NAMED.putAll(BundleActs.named());
    }

    private Acts() {}

    /**
     * The act of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Act named(String name) {
        int colon = name.indexOf(':');
        int dot = name.indexOf('.', colon);
        if (colon < 0 || dot < 0) {
            Act act = NAMED.get(name);
            if (act == null) {
                throw new IllegalArgumentException("there is no act [" + name + "]");
            }
            return act;
        }
        String type = name.substring(colon + 1, dot);
        String action = name.substring(dot + 1);
        String kept = type + '.' + action;
        return switch (name.substring(0, colon)) {
            case "any" -> {
                List<Need> all = List.of(Need.named(type, action, Need.ALL));
                yield (who, arguments) -> all;
            }
            case "name" ->
                (who, arguments) -> arguments[0] == null || CodeActs.isFree(type, action, (String) arguments[0])
                        ? List.of()
                        : List.of(named(type, action, (String) arguments[0], kept));
            // Also of what has to be free for the JDK's sake: there is another way to that.
            case "exact" ->
                (who, arguments) ->
                        arguments[0] == null ? List.of() : List.of(named(type, action, (String) arguments[0], kept));
            case "never" ->
                (who, arguments) -> List.of(Need.never(
                        type, action, Objects.toString(arguments[0] instanceof String text ? text : null, Need.ALL)));
            default -> throw new IllegalArgumentException("there is no act [" + name + "]");
        };
    }

    private static Need named(String type, String action, String target, String kept) {
        return new Need(type, action, target, granted -> granted.permits(type, action, target), kept);
    }

    /** @throws SecurityException if an object is of a class that is not the JDK's, so that what it says now it need not say later */
    static <T> T ofJdk(T object) {
        if (!Domains.isJdk(object.getClass().getClassLoader())) {
            throw new SecurityException(
                    "an object of class [" + object.getClass().getName()
                            + "] is not taken where a permission is asked for; give one of the JDK's own class");
        }
        return object;
    }
}
