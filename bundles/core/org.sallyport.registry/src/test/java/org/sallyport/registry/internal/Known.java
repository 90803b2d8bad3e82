package org.sallyport.registry.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Version;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.testkit.TestDescriptor;

/** What a registry is told in tests. */
final class Known {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Known() {}

    /** A version that says something of itself. */
    static PluginVersion version(String id, String version, Said said) {
        return version(id, version, Optional.of(said));
    }

    /** A version of which only the bytes are known. */
    static PluginVersion version(String id, String version) {
        return version(id, version, Optional.empty());
    }

    private static PluginVersion version(String id, String version, Optional<Said> said) {
        return new PluginVersion(
                id, Version.parseVersion(version), said.map(PluginDescriptor.class::cast), id + version, "test");
    }

    /** A plugin in service in that version. */
    static PluginStatus active(String id, String version) {
        return status(id, version, PluginState.ACTIVE, "", 0);
    }

    static PluginStatus status(String id, String version, PluginState state, String cause, int second) {
        return new PluginStatus(
                id,
                version,
                Optional.empty(),
                "enabled",
                state,
                cause,
                "",
                START.plusSeconds(second),
                id + version,
                "test",
                List.of());
    }

    /** A descriptor of what is looked for. */
    record Said(
            String name,
            String description,
            String author,
            Set<String> types,
            Set<String> capabilities,
            Set<String> keywords,
            Set<String> aliases)
            implements TestDescriptor {
        static final Said NOTHING = new Said("", "", "", Set.of(), Set.of(), Set.of(), Set.of());

        Said named(String text) {
            return new Said(text, description, author, types, capabilities, keywords, aliases);
        }

        Said described(String text) {
            return new Said(name, text, author, types, capabilities, keywords, aliases);
        }

        Said by(String text) {
            return new Said(name, description, text, types, capabilities, keywords, aliases);
        }

        Said typed(String... words) {
            return new Said(name, description, author, Set.of(words), capabilities, keywords, aliases);
        }

        Said able(String... words) {
            return new Said(name, description, author, types, Set.of(words), keywords, aliases);
        }

        Said about(String... words) {
            return new Said(name, description, author, types, capabilities, Set.of(words), aliases);
        }

        Said called(String... words) {
            return new Said(name, description, author, types, capabilities, keywords, Set.of(words));
        }
    }
}
