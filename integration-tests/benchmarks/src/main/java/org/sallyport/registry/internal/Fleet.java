package org.sallyport.registry.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Version;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.testkit.TestDescriptor;

/** 10,000 plugins of 5 versions each, which have 3 of 500 capabilities; always the same ones. */
final class Fleet {
    static final int PLUGINS = 10_000;
    static final int CAPABILITIES = 500;

    private static final List<String> WORDS = List.of(
            "access",
            "alert",
            "archive",
            "backup",
            "budget",
            "cache",
            "calendar",
            "chart",
            "consent",
            "contract",
            "digest",
            "draft",
            "filter",
            "forecast",
            "gallery",
            "invoice",
            "journal",
            "ledger",
            "locale",
            "notes",
            "outline",
            "payroll",
            "quota",
            "record",
            "report",
            "roster",
            "sample",
            "schema",
            "survey",
            "ticket",
            "upload",
            "wallet");

    final Random random = new Random(20_260_101);
    final List<String> ids = new ArrayList<>();

    /** The versions of each plugin, oldest first. */
    final List<List<PluginVersion>> versions = new ArrayList<>();

    Fleet() {
        for (int plugin = 0; plugin < PLUGINS; plugin++) {
            String topic = word();
            String id = "org.example." + word() + "." + topic + plugin;
            ids.add(id);
            int major = 1 + random.nextInt(3);
            List<PluginVersion> all = new ArrayList<>();
            for (Version version : List.of(
                    new Version(major, 0, 0),
                    new Version(major, 1, random.nextInt(9)),
                    new Version(major, 2, random.nextInt(9)),
                    new Version(major + 1, 0, 0),
                    new Version(major + 1, 1, random.nextInt(9)))) {
                Set<String> capabilities = new TreeSet<>();
                while (capabilities.size() < 3) {
                    capabilities.add("capability-" + random.nextInt(CAPABILITIES));
                }
                Said said = new Said(
                        "Plugin " + plugin,
                        "Keeps the " + topic + " of each " + word() + " in order",
                        "Author " + plugin % 100,
                        Set.of(topic, "benchmark"),
                        Collections.unmodifiableSet(capabilities));
                all.add(new PluginVersion(id, version, Optional.of(said), id + version, "benchmark"));
            }
            versions.add(all);
        }
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    /** A registry that knows all of them. */
    IndexedRegistry registry() {
        IndexedRegistry registry = new IndexedRegistry();
        for (int plugin = 0; plugin < PLUGINS; plugin++) {
            registry.tell(status(plugin, PluginState.ACTIVE), versions.get(plugin));
        }
        return registry;
    }

    PluginStatus status(int plugin, PluginState state) {
        PluginVersion newest = versions.get(plugin).get(4);
        return new PluginStatus(
                newest.id(),
                newest.version().toString(),
                newest.descriptor(),
                "enabled",
                state,
                "",
                "",
                Instant.EPOCH,
                newest.sha256(),
                newest.origin(),
                List.of());
    }

    /** What a version says of itself. */
    record Said(String name, String description, String author, Set<String> keywords, Set<String> capabilities)
            implements TestDescriptor {
        @Override
        public Set<String> types() {
            return Set.of("security");
        }
    }
}
