package org.sallyport.spi.permission;

import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;

/** What plugins were granted. A service; thread-safe, and quick enough to be asked on each act of a plugin. */
@ProviderType
public interface Grants {
    /**
     * What a version of a plugin may do now: what it asked for, as far as the operator agreed and its level may have it. Nothing for
     * a version that is not known. The same object as before, as long as nothing changed. Of an {@code internal} plugin it says what it
     * was granted, too, though nobody holds it to that.
     */
    Permissions of(PluginId plugin, Version version);

    /**
     * Tells of changes from now on. What it says is "ask again": {@link #of} gives what is then.
     *
     * @param watcher called on a thread of the service, one call after the other, with no lock held
     * @return ends it
     */
    default AutoCloseable watch(Watcher watcher) {
        return () -> {};
    }

    /** Told of changes. */
    interface Watcher {
        /** What versions of a plugin may do was changed, or may have been. What it throws is logged. */
        void changed(PluginId plugin);
    }
}
