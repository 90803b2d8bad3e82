package org.sallyport.permission.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionType;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.permission.Permissions;

/**
 * Which plugins are recorded: they may do whatever there is a permission for, and it is taken down what that is. In development
 * alone. Thread-safe.
 */
final class Recording {
    private final boolean development;
    private final Map<String, Boolean> plugins = new ConcurrentHashMap<>();
    private final Map<VersionKey, Permissions> given = new ConcurrentHashMap<>();
    private volatile PermissionUse use = (plugin, version, act, permitted, layer) -> "";

    Recording(boolean development) {
        this.development = development;
    }

    /** Who takes it down. */
    void into(PermissionUse book) {
        use = book;
    }

    /** @throws PluginException {@code refused} if this is no development */
    void begin(String plugin) {
        if (!development) {
            throw new PluginException(
                    "refused",
                    "Plugin [" + plugin + "] is not recorded: a plugin that is recorded may do anything, so that is for"
                            + " development alone. Start with --dev");
        }
        plugins.put(plugin, true);
    }

    void end(String plugin) {
        plugins.remove(plugin);
        given.keySet().removeIf(key -> key.plugin().equals(plugin));
    }

    boolean isOn(String plugin) {
        return plugins.containsKey(plugin);
    }

    /** What a version may do while it is recorded; else what it was granted. */
    Permissions of(VersionKey key, Permissions granted) {
        return isOn(key.plugin()) ? given.computeIfAbsent(key, one -> new Recorded(one, granted.list())) : granted;
    }

    private final class Recorded implements Permissions {
        private final PluginId plugin;
        private final Version version;
        private final List<Permission> list;

        Recorded(VersionKey key, List<Permission> list) {
            plugin = new PluginId(key.plugin());
            version = Version.parseVersion(key.version());
            this.list = list;
        }

        @Override
        public boolean permits(String type, String action, String target) {
            try {
                PermissionType.action(type, action);
            } catch (IllegalArgumentException e) {
                return false;
            }
            use.report(plugin, version, new Permission(type, action, target), true, "recording");
            return true;
        }

        @Override
        public List<Permission> list() {
            return list;
        }
    }
}
