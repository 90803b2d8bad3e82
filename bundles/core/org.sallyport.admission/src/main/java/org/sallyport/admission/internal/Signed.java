package org.sallyport.admission.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.permission.Consent;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.sandbox.TierProvider;
import org.sallyport.spi.trust.Evidence;
import org.sallyport.spi.trust.TrustLevels;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** What verbs have to do with signatures and consent: they pass on what lies beside a file and what was agreed to, and show who signed and where it runs. Thread-safe. */
record Signed(
        Supplier<@Nullable Evidence> evidence,
        Supplier<@Nullable TrustLevels> levels,
        Supplier<@Nullable Consent> consent,
        Function<String, Optional<Tiers.Choice>> places) {
    /** Agrees to what a plugin asks for that waits for that, if the operator said so. */
    Consumer<PluginDescriptor> agreeing(boolean said) {
        return waiting -> {
            Consent taker = consent.get();
            if (said && taker != null) {
                taker.toAll(waiting, "plugin:install --grant");
            }
        };
    }

    /** Passes on what lies beside a file; without somebody who takes it, the gates say so. */
    void offer(byte[] archive, Path file) {
        Evidence taker = evidence.get();
        if (taker != null) {
            try {
                taker.offerBeside(archive, file);
            } catch (IOException e) {
                throw new PluginException(
                        "unreadable_file", "The signature beside [" + file + "] could not be read: " + e, e);
            }
        }
    }

    /** The level of trust that a plugin has, for people; empty if that is not known. */
    String level(PluginStatus status) {
        return trust(status).map(trust -> trust.level().label()).orElse("");
    }

    /** The tier that a plugin runs in; empty if it does not run. */
    String tier(PluginStatus status) {
        return places.apply(status.id()).map(place -> place.tier().label()).orElse("");
    }

    /** What holds a plugin, besides the gates; empty if it does not run. */
    List<String> layers(PluginStatus status) {
        return places.apply(status.id())
                .flatMap(Tiers.Choice::provider)
                .map(TierProvider::layers)
                .orElse(List.of());
    }

    /** What a plugin is trusted for; empty if that is not known. */
    Optional<Trust> trust(PluginStatus status) {
        TrustLevels known = levels.get();
        return known == null ? Optional.empty() : known.of(status);
    }
}
