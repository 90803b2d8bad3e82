package org.sallyport.spi.permission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What permissions and scopes are called in older systems. */
final class OlderNames {
    /** Scopes: everywhere; what is the plugin's own; everywhere, and whoever asks for it is always asked about. */
    static final String ALL = "all";

    static final String OWN = "plugin-only";
    static final String ASKED = "user-approved";

    private static final Map<String, List<String>> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("file_read", List.of("file.read", "file.list"));
        NAMES.put("file_write", List.of("file.write", "file.delete"));
        NAMES.put("network_access", List.of("net.connect", "net.resolve"));
        NAMES.put("database_read", List.of("database.read"));
        NAMES.put("database_write", List.of("database.write"));
        NAMES.put("execute_code", List.of("process.exec"));
        NAMES.put("system_access", List.of("env.read", "prop.read", "process.inspect"));
        NAMES.put("agent_control", List.of("agent.control"));
        NAMES.put("read:config", List.of("config.read"));
        NAMES.put("write:config", List.of("config.write"));
        NAMES.put("read:files", List.of("file.read", "file.list"));
        NAMES.put("write:files", List.of("file.write", "file.delete"));
        NAMES.put("network:external", List.of("net.connect", "net.resolve"));
        NAMES.put("database:read", List.of("database.read"));
        NAMES.put("database:write", List.of("database.write"));
    }

    private OlderNames() {}

    static Set<String> all() {
        return NAMES.keySet();
    }

    /** What a text stands for; empty if it does not begin with an older name. */
    static Optional<List<Permission>> of(String text) {
        for (String name : NAMES.keySet()) {
            if (text.equals(name)) {
                return of(name, "");
            } else if (text.startsWith(name + ":")) {
                return of(name, text.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    /** What an older name with a scope stands for; empty if it is none. */
    static Optional<List<Permission>> of(String name, String scope) {
        List<String> names = NAMES.get(name);
        if (names == null) {
            return Optional.empty();
        }
        List<Permission> permissions = new ArrayList<>();
        for (String one : names) {
            int dot = one.indexOf('.');
            String type = one.substring(0, dot);
            permissions.add(Permission.of(type, one.substring(dot + 1), scope(type, scope)));
        }
        return Optional.of(List.copyOf(permissions));
    }

    /** What a scope stands for with a type. */
    static String scope(String type, String scope) {
        if (scope.equals(ALL) || scope.equals(ASKED)) {
            return "";
        } else if (!scope.equals(OWN)) {
            return scope;
        } else if (type.equals("file")) {
            return Places.DATA;
        } else if (Stream.of("net", "process", "thread").anyMatch(type::equals)) {
            throw new IllegalArgumentException(
                    "the scope [" + OWN + "] means nothing for [" + type + "], as no such thing belongs to a plugin");
        }
        return Places.PLUGIN;
    }
}
