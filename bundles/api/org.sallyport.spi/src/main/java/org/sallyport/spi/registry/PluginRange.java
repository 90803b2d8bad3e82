package org.sallyport.spi.registry;

import org.osgi.framework.VersionRange;

/**
 * A plugin in one of several versions, as a dependency asks for it.
 *
 * @param id the plugin's id
 * @param range which versions will do
 */
public record PluginRange(String id, VersionRange range) {
    /**
     * Reads {@code id} or {@code id@range}, such as {@code notes@[1.2,2)}.
     *
     * @throws IllegalArgumentException if the range is none
     */
    public static PluginRange parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new PluginRange(text, new VersionRange("0"))
                : new PluginRange(text.substring(0, at), new VersionRange(text.substring(at + 1)));
    }

    @Override
    public String toString() {
        return id + "@" + range;
    }
}
