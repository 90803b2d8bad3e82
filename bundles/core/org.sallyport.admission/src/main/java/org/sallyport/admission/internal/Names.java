package org.sallyport.admission.internal;

import java.util.Optional;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginDescriptor;

/** Sees that no plugin takes another one's name: its id for another bundle, or an id or alias that is in use. */
record Names(Plugins plugins) {
    /** @throws PluginException {@code duplicate} */
    void check(Slot slot, Optional<Desired> before, CheckedCandidate candidate) {
        PluginDescriptor descriptor = candidate.descriptor();
        before.filter(Names::isWanted)
                .or(() -> slot.main.desired().filter(known -> slot.isBeside()))
                .filter(known -> !known.symbolicName().equals(descriptor.symbolicName()))
                .ifPresent(known -> {
                    throw duplicate(
                            candidate,
                            "its id [" + slot.plugin() + "] belongs to the bundle [" + known.symbolicName() + "] from ["
                                    + known.origin() + "]",
                            slot.plugin());
                });
        for (Slot other : plugins.all()) {
            if (other.main == slot.main
                    || other.desired().filter(Names::isWanted).isEmpty()) {
                continue;
            } else if (other.isCalled(slot.plugin())) {
                throw duplicate(
                        candidate,
                        "its id [" + slot.plugin() + "] is an alias of the plugin [" + other.id + "]",
                        other.id);
            }
            for (String alias : descriptor.aliases()) {
                if (other.isCalled(alias)) {
                    throw duplicate(
                            candidate, "its alias [" + alias + "] belongs to the plugin [" + other.id + "]", other.id);
                }
            }
        }
    }

    private static boolean isWanted(Desired known) {
        return !known.is(Desired.ABSENT);
    }

    private static PluginException duplicate(CheckedCandidate candidate, String why, String owner) {
        return new PluginException(
                "duplicate",
                "Plugin file [" + candidate.origin() + "] was not installed: " + why + ". Give it a name of its own, or"
                        + " remove the other one with 'plugin:uninstall " + owner + "'");
    }
}
