package org.sallyport.spi.trust;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginStatus;

/** How far plugins are trusted that passed the gate {@code signature}. Thread-safe. */
@ProviderType
public interface TrustLevels {
    /** Of a version of a plugin; empty if it did not pass the gate since the start and is not known from before. */
    Optional<Trust> of(String plugin, String version);

    /**
     * Of these very bytes, as the gate {@code signature} found a moment before.
     *
     * @param sha256 digest of the archive, hexadecimal
     */
    default Optional<Trust> ofArchive(String sha256) {
        return Optional.empty();
    }

    /** Of the version that a status tells of, also of one that stands beside its plugin's main version. */
    default Optional<Trust> of(PluginStatus status) {
        String plugin = status.descriptor().map(known -> known.id().value()).orElse(status.id());
        return of(plugin, status.version());
    }

    /** The level of a plugin; the least if nothing is known of it. */
    default TrustLevel levelOf(PluginDescriptor plugin) {
        return of(plugin.id().value(), plugin.version().toString())
                .map(Trust::level)
                .orElse(TrustLevel.UNTRUSTED);
    }

    /**
     * What a plugin is trusted for.
     *
     * @param level the least of what it asks, what its signer may have and what the operator's policy says
     * @param publisher who signed it, by the name that the operator gave
     * @param key the id of the key
     * @param format how it was signed: {@code dsse}, {@code hmac}, {@code jar} or {@code openpgp}
     * @param agreed permissions to which the operator's policy agrees without asking, for its publisher and its level
     */
    record Trust(TrustLevel level, String publisher, String key, String format, List<Permission> agreed) {
        public Trust {
            agreed = List.copyOf(agreed);
        }

        /** One to which nothing was agreed beforehand. */
        public Trust(TrustLevel level, String publisher, String key, String format) {
            this(level, publisher, key, format, List.of());
        }

        /** The same with other permissions that are agreed to. */
        public Trust agreeing(List<Permission> permissions) {
            return new Trust(level, publisher, key, format, permissions);
        }
    }
}
