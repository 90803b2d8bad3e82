package org.sallyport.testkit;

import java.util.List;
import java.util.Set;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.plugin.PluginDescriptor;

/** A descriptor that says the least: what a test needs of it, it overrides. For tests of the platform. */
public interface TestDescriptor extends PluginDescriptor {
    @Override
    default PluginId id() {
        return new PluginId("tested");
    }

    @Override
    default Version version() {
        return new Version(1, 0, 0);
    }

    @Override
    default String symbolicName() {
        return id().value();
    }

    @Override
    default String name() {
        return id().value();
    }

    @Override
    default String description() {
        return "";
    }

    @Override
    default String author() {
        return "";
    }

    @Override
    default String licence() {
        return "";
    }

    @Override
    default String homepage() {
        return "";
    }

    @Override
    default Set<String> keywords() {
        return Set.of();
    }

    @Override
    default Set<String> capabilities() {
        return Set.of();
    }

    @Override
    default Set<String> types() {
        return Set.of();
    }

    @Override
    default Set<String> aliases() {
        return Set.of();
    }

    @Override
    default Version minHostVersion() {
        return Version.emptyVersion;
    }

    @Override
    default Set<String> requiredFeatures() {
        return Set.of();
    }

    @Override
    default DisplayScope displayScope() {
        return DisplayScope.GLOBAL;
    }

    @Override
    default Set<String> compatibleServers() {
        return Set.of();
    }

    @Override
    default boolean eager() {
        return true;
    }

    @Override
    default List<PermissionRequest> permissions() {
        return List.of();
    }
}
