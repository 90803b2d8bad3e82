package org.sallyport.api.action;

import org.osgi.annotation.versioning.ProviderType;

/** Commands that a plugin gives to operators; they appear in the shell as {@code PLUGIN:COMMAND}. */
@ProviderType
public interface Commands {
    /**
     * Offers an action as a command until the registration is closed or the plugin stops.
     *
     * @throws org.sallyport.api.plugin.PluginException with the code {@code duplicate_command} if the plugin offers one
     *     of that name already
     */
    AutoCloseable register(PluginAction action);
}
