package org.sallyport.config.internal;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.sallyport.api.document.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the platform's entries to Configuration Admin, and takes them away again. Touches nobody else's
 * configurations. Configuration Admin's own store means nothing: what it kept is deleted at the start. One caller at a
 * time.
 */
final class ConfigAdminBridge {
    private static final Logger log = LoggerFactory.getLogger(ConfigAdminBridge.class);
    private static final String PREFIX = org.sallyport.spi.config.Configuration.PLATFORM;

    private final ConfigurationAdmin admin;
    private final Map<String, Document> given = new HashMap<>();

    ConfigAdminBridge(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /** Deletes what an earlier run left, except what the first {@link #give} will overwrite anyway. */
    void clear(Set<String> keep) {
        try {
            String filter = "(|(service.pid=" + PREFIX + "*)(service.factoryPid=" + PREFIX + "*))";
            Configuration[] found = admin.listConfigurations(filter);
            for (Configuration configuration : found == null ? new Configuration[0] : found) {
                if (!keep.contains(configuration.getPid())) {
                    configuration.delete();
                }
            }
        } catch (IOException | InvalidSyntaxException | IllegalStateException e) {
            log.error("Configurations of an earlier run could not be deleted", e);
        }
    }

    /** Makes Configuration Admin hold these entries and no other ones of the platform. */
    void give(Map<String, Document> entries, PlatformPids known) {
        Map<String, Document> platform = new TreeMap<>();
        entries.forEach((key, value) -> {
            if (key.startsWith(PREFIX) && known.pids().containsKey(PlatformPids.pidOf(key))) {
                platform.put(key, value);
            }
        });
        for (String key : new HashSet<>(given.keySet())) {
            if (!platform.containsKey(key)) {
                delete(key);
            }
        }
        platform.forEach((key, value) -> {
            if (!value.equals(given.get(key))) {
                update(key, value, known.pids().get(PlatformPids.pidOf(key)).schema());
            }
        });
    }

    private void update(String key, Document value, String schema) {
        try {
            Dictionary<String, Object> properties = new Hashtable<>(CmProperties.of(schema, value));
            configuration(key).updateIfDifferent(properties);
            given.put(key, value);
        } catch (IOException | RuntimeException e) {
            log.error("[{}] could not be given to Configuration Admin; what it had goes on to hold", key, e);
        }
    }

    private void delete(String key) {
        try {
            Optional<Configuration> found = Optional.of(configuration(key));
            found.get().delete();
            given.remove(key);
        } catch (IOException | RuntimeException e) {
            log.error("[{}] could not be taken from Configuration Admin", key, e);
        }
    }

    /** Location "?": whichever of the platform's bundles has the component. */
    private Configuration configuration(String key) throws IOException {
        int tilde = key.indexOf('~');
        return tilde < 0
                ? admin.getConfiguration(key, "?")
                : admin.getFactoryConfiguration(key.substring(0, tilde), key.substring(tilde + 1), "?");
    }

    /** The entries as they were given; for tests. */
    Set<String> given() {
        return Collections.unmodifiableSet(given.keySet());
    }
}
