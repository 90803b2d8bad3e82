package org.sallyport.admission.internal.archive;

import java.util.List;
import java.util.Set;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.DisplayScope;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Stage;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.plugin.PluginDescriptor;

/** What a manifest says of a plugin. */
record ManifestDescriptor(
        PluginId id,
        Version version,
        String symbolicName,
        String name,
        String description,
        String author,
        String licence,
        String homepage,
        Set<String> keywords,
        Set<String> capabilities,
        Set<String> types,
        Set<String> aliases,
        Version minHostVersion,
        Set<String> requiredFeatures,
        DisplayScope displayScope,
        Set<String> compatibleServers,
        boolean eager,
        TrustLevel trustLevel,
        Stage stage,
        List<PermissionRequest> permissions,
        Wires wires)
        implements PluginDescriptor {}
