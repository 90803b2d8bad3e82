package org.sallyport.admission.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.context.Rights;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.permission.Grants;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.trust.TrustLevels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each revision its rights. Where the gate {@code permission} is required, all plugins but internal ones are held to what they
 * were granted; where it is not, nobody asks about permissions. Thread-safe.
 */
final class RightsOffice {
    private static final Logger log = LoggerFactory.getLogger(RightsOffice.class);

    private final boolean asked;
    private volatile @Nullable Grants grants;
    private volatile @Nullable PermissionUse use;

    // Guarded by this.
    private @Nullable AutoCloseable watch;

    /** @param gates names of the required gates, parted by commas */
    RightsOffice(String gates) {
        asked = Arrays.stream(gates.split(",")).map(String::trim).anyMatch("permission"::equals);
    }

    /** @param changed told when a plugin may do something else */
    synchronized void set(Grants service, Grants.Watcher changed) {
        end();
        watch = service.watch(changed);
        grants = service;
    }

    synchronized void unset(Grants service) {
        if (grants == service) {
            grants = null;
            end();
        }
    }

    private void end() {
        AutoCloseable before = watch;
        watch = null;
        if (before != null) {
            try {
                before.close();
            } catch (Exception e) {
                log.warn("The service of grants that went does not end its watch: {}", e.toString());
            }
        }
    }

    void setUse(PermissionUse service) {
        use = service;
    }

    void unsetUse(PermissionUse service) {
        if (use == service) {
            use = null;
        }
    }

    /** The rights of a revision that is about to start. */
    Rights of(PluginDescriptor plugin, @Nullable TrustLevels levels, Optional<Path> home) {
        TrustLevel level = levels == null ? TrustLevel.UNTRUSTED : levels.levelOf(plugin);
        return new Rights(
                plugin,
                asked && level != TrustLevel.INTERNAL,
                home.map(folder -> Places.of(folder, plugin.id())).orElse(Places.NONE),
                () -> grants,
                () -> use);
    }
}
