package org.sallyport.signing.internal.keys;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.permission.Permission;

/**
 * Somebody whose signatures count.
 *
 * @param name what the operator calls it
 * @param level the most that plugins of it get
 * @param plugins ids of plugins that it may sign; {@code *} at the end stands for any rest
 * @param keys its keys by id; several while one follows the other
 * @param agreed permissions that its plugins get without being asked about
 */
public record Publisher(
        String name, TrustLevel level, List<String> plugins, Map<String, TrustedKey> keys, List<Permission> agreed) {
    public Publisher {
        plugins = List.copyOf(plugins);
        keys = Map.copyOf(keys);
        agreed = List.copyOf(agreed);
    }

    /** One whose plugins are asked about. */
    public Publisher(String name, TrustLevel level, List<String> plugins, Map<String, TrustedKey> keys) {
        this(name, level, plugins, keys, List.of());
    }

    /** The same with other permissions that its plugins get without being asked about. */
    public Publisher agreeing(List<Permission> permissions) {
        return new Publisher(name, level, plugins, keys, permissions);
    }

    /** Whether it may sign a plugin. */
    public boolean maySign(String plugin) {
        return plugins.stream()
                .anyMatch(pattern -> pattern.endsWith("*")
                        ? plugin.startsWith(pattern.substring(0, pattern.length() - 1))
                        : plugin.equals(pattern));
    }

    /** The same with one more key, or with another validity of it. */
    public Publisher with(TrustedKey key) {
        Map<String, TrustedKey> all = new LinkedHashMap<>(keys);
        all.put(key.id(), key);
        return new Publisher(name, level, plugins, all, agreed);
    }
}
