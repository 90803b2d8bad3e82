package org.sallyport.spi.permission;

import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;

/** What plugins were granted. A service; thread-safe, and quick enough to be asked on each start of a plugin. */
@ProviderType
public interface Grants {
    /**
     * What a version of a plugin may do now: what it asked for, as far as the operator agreed and its level may have it. Nothing for
     * a version that is not known.
     */
    Permissions of(PluginId plugin, Version version);
}
