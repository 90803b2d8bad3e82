package org.sallyport.hooks.internal;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.VersionChoice;

/** Which versions of plugins a caller of hooks wants, by plugin; of all others the main ones. Immutable. */
record Choices(SortedMap<String, VersionChoice> byPlugin) {
    /** Most plugins of which one caller chooses versions. */
    static final int MAX = 100;

    static final Choices NONE = new Choices(new TreeMap<>());

    Choices {
        byPlugin = Collections.unmodifiableSortedMap(new TreeMap<>(byPlugin));
    }

    /** @throws IllegalArgumentException if that is no plugin's id or no choice, or one too many */
    Choices and(String plugin, String versions) {
        if (!PluginId.isValid(plugin)) {
            throw new IllegalArgumentException("[" + plugin + "] is no id of a plugin");
        }
        SortedMap<String, VersionChoice> more = new TreeMap<>(byPlugin);
        more.put(plugin, VersionChoice.parse(versions));
        if (more.size() > MAX) {
            throw new IllegalArgumentException("Versions of more than [" + MAX + "] plugins cannot be chosen");
        }
        return new Choices(more);
    }

    boolean isEmpty() {
        return byPlugin.isEmpty();
    }

    /** A set as it is for who chose so. */
    PluginSet of(PluginSet set) {
        PluginSet chosen = set;
        for (Map.Entry<String, VersionChoice> one : byPlugin.entrySet()) {
            chosen = chosen.choosing(one.getKey(), one.getValue());
        }
        return chosen;
    }

    /** What tells a hook that is called so from the one of the same name; no hook's name has a blank. */
    String label(String hook) {
        StringBuilder label = new StringBuilder(hook);
        byPlugin.forEach(
                (plugin, choice) -> label.append(' ').append(plugin).append('@').append(choice));
        return label.toString();
    }
}
