package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginRegistry;
import org.sallyport.spi.registry.PluginVersion;

/** Tells the registry what is known of the plugins: the version that serves or is wanted, and those that it replaced. */
record Known(PluginRegistry registry) {
    /** @param beside the versions beside it; of one of those no versions are told, as they are the plugin's */
    void tell(Slot slot, List<Slot> beside) {
        PluginStatus status = slot.status();
        List<PluginVersion> versions = new ArrayList<>();
        if (!slot.isBeside()) {
            add(status, slot, versions);
            beside.forEach(one -> add(one.status(), slot, versions));
            slot.desired().filter(desired -> !desired.displaced().isEmpty()).stream()
                    .flatMap(desired -> desired.displaced().stream())
                    .filter(one ->
                            versions.stream().noneMatch(known -> known.sha256().equals(one.sha256())))
                    .map(one -> new PluginVersion(
                            slot.id,
                            Version.parseVersion(one.version()),
                            Optional.empty(),
                            one.sha256(),
                            one.origin(),
                            slot.desired()
                                    .flatMap(desired -> desired.mark(one.version()))
                                    .orElse(Stage.STABLE)))
                    .forEach(versions::add);
        }
        registry.tell(status, versions);
    }

    private static void add(PluginStatus status, Slot main, List<PluginVersion> versions) {
        // A version may stand beside itself.
        if (!status.sha256().isEmpty()
                && versions.stream().noneMatch(known -> known.sha256().equals(status.sha256()))) {
            // Mostly the descriptor has the very same one: then it is kept once.
            Version kept = status.descriptor()
                    .map(PluginDescriptor::version)
                    .filter(said -> said.toString().equals(status.version()))
                    .orElseGet(() -> Version.parseVersion(status.version()));
            versions.add(new PluginVersion(
                    main.id, kept, status.descriptor(), status.sha256(), status.origin(), status.stage()));
        }
    }

    void forget(Slot slot) {
        registry.forget(slot.id);
    }
}
