package org.sallyport.spi.plugin;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.plugin.TrustLevel;

/** What a plugin says of itself in its manifest. Immutable. */
@ProviderType
public interface PluginDescriptor {
    /** Its id. */
    PluginId id();

    /** Its version, that of the bundle. */
    Version version();

    /** Its bundle's symbolic name. */
    String symbolicName();

    /** What people call it. */
    String name();

    /** What it does. */
    String description();

    /** Who wrote it; empty if it does not say. */
    String author();

    /** SPDX licence expression; empty if it does not say. */
    String licence();

    /** Where to read more; empty if it does not say. */
    String homepage();

    /** Words to find it by. */
    Set<String> keywords();

    /** What it can do. */
    Set<String> capabilities();

    /** The plugin types whose contracts it offers, such as {@code security}; empty if its manifest names no contract. */
    Set<String> types();

    /** Other names by which configurations may call it. */
    Set<String> aliases();

    /** Lowest host version it runs on. */
    Version minHostVersion();

    /** Host features it needs. */
    Set<String> requiredFeatures();

    /** How far this version is, as it says itself. */
    default Stage stage() {
        return Stage.STABLE;
    }

    /** Where its configuration may stand. */
    DisplayScope displayScope();

    /** With {@link DisplayScope#SERVER_SPECIFIC}: the servers it works with. */
    Set<String> compatibleServers();

    /** Whether it starts at once instead of at its first use. */
    boolean eager();

    /** The most trust that it wants; all there is if it does not say, as others have a word in it, too. */
    default TrustLevel trustLevel() {
        return TrustLevel.INTERNAL;
    }

    /** The permissions it asks for. */
    List<PermissionRequest> permissions();

    /**
     * A permission that is asked for.
     *
     * @param type such as {@code file}
     * @param actions such as {@code read}
     * @param scope such as a path pattern; empty means wherever the type allows
     * @param reason why; may be empty
     */
    record PermissionRequest(String type, Set<String> actions, String scope, String reason) {}
}
