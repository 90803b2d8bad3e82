package org.sallyport.spi.plugin;

import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Stage;

/**
 * A version of a plugin that is in service.
 *
 * @param name the plugin's id or, if it stands beside the main version, {@code ID@VERSION}
 * @param descriptor what it says of itself
 * @param stage how far it is, as an operator marked it, else as it says itself
 * @param settings settings that came back with it, see {@link PluginSettings}; an object without members if none did
 */
public record PluginRevision(String name, PluginDescriptor descriptor, Stage stage, Document settings) {
    /** Whether it is the main version. */
    public boolean isMain() {
        return name.equals(id());
    }

    /** The plugin's id. */
    public String id() {
        return descriptor.id().value();
    }
}
