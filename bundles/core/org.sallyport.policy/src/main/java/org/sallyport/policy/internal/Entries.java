package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.plugin.VersionChoice;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;

/**
 * Reads instances from the entries of a configuration.
 *
 * <p>An entry that holds nothing but {@code servers} has no global part: its plugin stands in the chains of those servers
 * alone. Say {@code "enabled": true} beside it to have it everywhere.
 */
final class Entries {
    /** Most instances; those beyond are refused. */
    static final int MAX_INSTANCES = 500;

    /** Most servers that one instance may be configured for. */
    static final int MAX_SERVERS = 200;

    /** The form of an instance's name. */
    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,127}+(~[A-Za-z0-9_.-]{1,64}+)?+");

    private static final String ENABLED = "enabled";
    private static final String CRITICAL = "critical";
    private static final String PRIORITY = "priority";
    private static final String SHADOW = "shadow";
    private static final String SERVERS = "servers";
    private static final String VERSION = "version";

    private Entries() {}

    /**
     * An entry that was read.
     *
     * @param config what it says; what is wrong in it has its default
     * @param findings what is wrong in it
     */
    record Entry(InstanceConfig config, List<Finding> findings) {
        Entry {
            findings = List.copyOf(findings);
        }

        static Entry of(InstanceConfig config) {
            return new Entry(config, findings(config));
        }

        private static List<Finding> findings(InstanceConfig config) {
            List<Finding> findings = new ArrayList<>();
            config.global().ifPresent(p -> range(p, "", findings));
            config.servers().forEach((server, p) -> range(p, serverPath(server), findings));
            return findings;
        }

        private static void range(Placement placement, String path, List<Finding> findings) {
            placement.priority().filter(p -> p < 0 || p > 100).ifPresent(p -> findings.add(badPriority(path, "" + p)));
            if (!placement.settings().isObject()) {
                findings.add(new Finding(
                        path,
                        "Settings are an object, not [" + placement.settings().kind() + "]"));
            }
        }
    }

    /**
     * Something that is wrong.
     *
     * @param path JSON Pointer into the entry's value
     * @param message what is wrong and what would be right
     */
    record Finding(String path, String message) {}

    /** All instances among the entries, in their order. */
    static List<Entry> read(Configuration.Snapshot snapshot) {
        List<Entry> read = new ArrayList<>();
        snapshot.entries().forEach((key, value) -> {
            if (!key.startsWith(Configuration.PLATFORM)) {
                read.add(read(key, value, read.size()));
            }
        });
        return read;
    }

    private static Entry read(String key, Document value, int before) {
        List<Finding> findings = new ArrayList<>();
        if (key.equals(Configuration.REFUSED)) {
            findings.add(new Finding("", "No good configuration is known; 'config:check' shows what is wrong"));
        } else if (!NAME.matcher(key).matches()) {
            findings.add(new Finding("", "[" + key + "] is no name of an instance: write [handler] or [handler~name]"));
        }
        if (before >= MAX_INSTANCES) {
            findings.add(new Finding("", "There are more than [" + MAX_INSTANCES + "] instances"));
        }
        if (!value.isObject()) {
            findings.add(new Finding("", "The entry is an object, not [" + value.kind() + "]"));
        }
        Document servers = value.get(SERVERS);
        Map<String, Placement> byServer = new LinkedHashMap<>();
        if (value.has(SERVERS) && !servers.isObject()) {
            findings.add(
                    new Finding("/" + SERVERS, "[servers] is an object of server names, not [" + servers.kind() + "]"));
        } else if (servers.size() > MAX_SERVERS) {
            findings.add(new Finding("/" + SERVERS, "There are more than [" + MAX_SERVERS + "] servers"));
        } else {
            servers.members().forEach((name, entry) -> byServer.put(name, server(name, entry, findings)));
        }
        // If the servers cannot be read, the entry stands for all of them: what is configured must not vanish.
        boolean onlyServers =
                value.size() == 1 && value.has(SERVERS) && byServer.size() == servers.size() && servers.isObject();
        Optional<Placement> global = onlyServers
                ? Optional.empty()
                : Optional.of(placement(value.isObject() ? value.without(SERVERS) : value, "", findings));
        return new Entry(new InstanceConfig(key, global, byServer), findings);
    }

    private static Placement server(String name, Document entry, List<Finding> findings) {
        String path = serverPath(name);
        if (name.isEmpty()) {
            findings.add(new Finding(path, "A server's name is not empty"));
        }
        if (!entry.isObject()) {
            findings.add(new Finding(path, "What holds for a server is an object, not [" + entry.kind() + "]"));
        } else if (entry.has(SERVERS)) {
            findings.add(new Finding(path + "/" + SERVERS, "[servers] stands at the top of an entry only"));
            return placement(entry.without(SERVERS), path, findings);
        }
        return placement(entry, path, findings);
    }

    private static Placement placement(Document entry, String path, List<Finding> findings) {
        Document settings = entry.isObject()
                ? entry.without(ENABLED)
                        .without(CRITICAL)
                        .without(PRIORITY)
                        .without(VERSION)
                        .without(SHADOW)
                : Document.EMPTY_OBJECT;
        return new Placement(
                flag(entry, ENABLED, true, path, findings),
                flag(entry, CRITICAL, true, path, findings),
                priority(entry, path, findings),
                version(entry, path, findings),
                flag(entry, SHADOW, false, path, findings),
                settings);
    }

    private static Optional<VersionChoice> version(Document entry, String path, List<Finding> findings) {
        if (!entry.has(VERSION)) {
            return Optional.empty();
        }
        try {
            // What is no text stands in brackets as in the file, and is no choice.
            Document value = entry.get(VERSION);
            return Optional.of(VersionChoice.parse(value.text("[" + shortened(value) + "]")));
        } catch (IllegalArgumentException e) {
            findings.add(new Finding(path + "/" + VERSION, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private static boolean flag(Document entry, String key, boolean unsaid, String path, List<Finding> findings) {
        if (entry.has(key) && entry.get(key).kind() != Document.Kind.BOOLEAN) {
            findings.add(new Finding(
                    path + "/" + key, "[" + key + "] is true or false, not [" + shortened(entry.get(key)) + "]"));
        }
        return entry.get(key).asBoolean(unsaid);
    }

    private static Optional<Integer> priority(Document entry, String path, List<Finding> findings) {
        if (!entry.has(PRIORITY)) {
            return Optional.empty();
        }
        long value = entry.get(PRIORITY).asLong(-1);
        if (value < 0 || value > 100) {
            findings.add(badPriority(path, shortened(entry.get(PRIORITY))));
            return Optional.of(Placement.DEFAULT_PRIORITY);
        }
        return Optional.of((int) value);
    }

    private static Finding badPriority(String path, String value) {
        return new Finding(
                path + "/" + PRIORITY, "priority must be an integer 0-100 (lower first), not [" + value + "]");
    }

    /** JSON Pointer to what holds for a server. */
    static String serverPath(String server) {
        return "/" + SERVERS + "/" + server.replace("~", "~0").replace("/", "~1");
    }

    private static String shortened(Document value) {
        String text = value.toJson();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
