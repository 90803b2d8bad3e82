package org.sallyport.permission.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.Places;

/** The least that a plugin has to ask for to do what it did, as annotations. */
final class LeastManifest {
    /** More files of one folder than these, and it asks for what lies in the folder. */
    static final int MOST_FILES = 8;

    private LeastManifest() {}

    /** One annotation; of what is no scope, such as a target that cannot be read, none. */
    static String line(Permission one) {
        return line(one.type(), List.of(one.action()), one.scope());
    }

    private static String line(String type, Collection<String> actions, String scope) {
        String quoted = actions.stream().map(LeastManifest::quoted).collect(Collectors.joining(", "));
        return "@RequiresPermission(type = " + quoted(type) + ", actions = "
                + (actions.size() == 1 ? quoted : "{" + quoted + "}")
                + (scope.isEmpty() ? "" : ", scope = " + quoted(scope)) + ")";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * All of them, sorted; actions with one scope stand together.
     *
     * @param acts what was done or tried, their scopes being targets
     * @param places what the variables of the plugin's scopes stand for
     */
    static List<String> of(Collection<Permission> acts, Places places) {
        Map<String, Map<String, TreeSet<String>>> byType = new TreeMap<>();
        int threads = 0;
        for (Permission act : widened(acts.stream()
                .filter(one -> !one.type().equals(UseBook.LIMIT))
                .map(one -> named(one, places))
                .toList())) {
            if (act.type().equals("thread") && act.action().equals("create")) {
                threads = Math.max(threads, count(act.scope()));
            } else {
                byType.computeIfAbsent(act.type(), type -> new TreeMap<>())
                        .computeIfAbsent(act.scope(), scope -> new TreeSet<>())
                        .add(act.action());
            }
        }
        if (threads > 0) {
            byType.computeIfAbsent("thread", type -> new TreeMap<>())
                    .computeIfAbsent(Integer.toString(threads), scope -> new TreeSet<>())
                    .add("create");
        }
        List<String> lines = new ArrayList<>();
        byType.forEach((type, scopes) -> scopes.forEach((scope, actions) -> lines.add(line(type, actions, scope))));
        return lines;
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** With what the scope of a manifest would be. */
    private static Permission named(Permission act, Places places) {
        String target = act.scope();
        if (act.type().equals("file")) {
            for (Map.Entry<String, String> place :
                    Map.of("${data}", places.data(), "${tmp}", places.tmp()).entrySet()) {
                if (!place.getValue().isEmpty() && (target + "/").startsWith(place.getValue() + "/")) {
                    target = place.getKey();
                }
            }
        } else if (act.type().equals("net")
                && target.indexOf('/') > 0
                && !act.action().equals("unix")) {
            // A name that is known to lead to an address: whoever asks names the host.
            int port = target.lastIndexOf(':');
            target = target.substring(0, target.indexOf('/'))
                    + (port > target.lastIndexOf(']') && port > target.indexOf('/') ? target.substring(port) : "");
        } else if (target.equals(places.plugin())) {
            target = "${plugin}";
        }
        return new Permission(act.type(), act.action(), target);
    }

    /** Folders in place of many of their files. */
    private static List<Permission> widened(List<Permission> acts) {
        Map<Permission, TreeSet<Permission>> byFolder = new HashMap<>();
        List<Permission> all = new ArrayList<>();
        for (Permission act : acts) {
            int slash = act.type().equals("file") && act.scope().startsWith("/")
                    ? act.scope().lastIndexOf('/')
                    : -1;
            if (slash < 0) {
                all.add(act);
            } else {
                byFolder.computeIfAbsent(
                                new Permission(
                                        act.type(), act.action(), act.scope().substring(0, slash) + "/*"),
                                folder -> new TreeSet<>())
                        .add(act);
            }
        }
        byFolder.forEach((folder, files) -> {
            if (files.size() > MOST_FILES) {
                all.add(folder);
            } else {
                all.addAll(files);
            }
        });
        return all;
    }
}
