package org.sallyport.spi.permission;

import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;

/**
 * Is told what plugins do with their permissions, and what they try without. A service; thread-safe. It never throws and never
 * blocks; a denial becomes one record of the audit for each plugin, act and target, with the number of repeats, and the
 * sentence that it has for the plugin names the command that would grant it.
 */
@ProviderType
public interface PermissionUse {
    /**
     * The layer that looks at a plugin's code before it is let in. Its denials are counted and not recorded: what is not let in has
     * the record of the gate that refuses it.
     */
    String VERIFIER = "verifier";

    /**
     * A plugin did something, or tried to.
     *
     * @param act what it was, its scope being the target; made by the constructor, as a target need not be a scope
     * @param permitted whether it was let
     * @param layer who decided, such as {@code agent}, {@link #VERIFIER}, {@code worker}
     * @return for a denial, the sentence for the plugin and its operator; else empty
     */
    String report(PluginId plugin, Version version, Permission act, boolean permitted, String layer);
}
