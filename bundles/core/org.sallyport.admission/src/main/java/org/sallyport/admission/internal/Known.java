package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginRegistry;
import org.sallyport.spi.registry.PluginVersion;

/** Tells the registry what is known of the plugins: the version that serves or is wanted, and those that it replaced. */
record Known(PluginRegistry registry) {
    void tell(Slot slot) {
        PluginStatus status = slot.status();
        List<PluginVersion> versions = new ArrayList<>();
        if (!status.sha256().isEmpty()) {
            versions.add(version(status.id(), status.version(), status.descriptor(), status.sha256(), status.origin()));
        }
        slot.desired().stream()
                .flatMap(desired -> desired.displaced().stream())
                .map(one -> version(status.id(), one.version(), Optional.empty(), one.sha256(), one.origin()))
                .forEach(versions::add);
        registry.tell(status, versions);
    }

    private static PluginVersion version(
            String id, String version, Optional<PluginDescriptor> descriptor, String sha256, String origin) {
        Version parsed = Version.parseVersion(version);
        // Mostly the descriptor has the very same one: then it is kept once.
        Version kept =
                descriptor.map(PluginDescriptor::version).filter(parsed::equals).orElse(parsed);
        return new PluginVersion(id, kept, descriptor, sha256, origin);
    }

    void forget(Slot slot) {
        registry.forget(slot.id);
    }
}
