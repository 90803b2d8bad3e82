package org.sallyport.signing.internal;

import org.osgi.framework.Version;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** What signers may: whether who signed a plugin may do so, in this version, and what it is trusted for. Thread-safe. */
final class Rights {
    private final Ledger ledger;

    Rights(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Whether the plugin is another publisher's by now. */
    boolean isOthers(String plugin, String publisher) throws TrustException {
        return ledger.of(plugin)
                .filter(entry -> !entry.publisher().equals(publisher))
                .isPresent();
    }

    /** The signature is good; whether its signer may sign this plugin in this version. */
    Trust entitled(TrustSet now, Candidate candidate, Publisher publisher, String key, String format)
            throws Refused, TrustException {
        PluginDescriptor said = candidate.descriptor();
        String plugin = said.id().value();
        if (!publisher.maySign(plugin)) {
            throw new Refused(
                    Refused.Stage.RIGHT,
                    "it is signed by [" + publisher.name() + "], who may sign " + publisher.plugins() + " and not ["
                            + plugin + "]",
                    "Let it with 'key:trust " + key + " --publisher " + publisher.name() + " --plugins " + plugin
                            + "'");
        }
        Ledger.Entry before = ledger.of(plugin).orElse(null);
        if (before != null && !before.publisher().equals(publisher.name())) {
            throw new Refused(
                    Refused.Stage.RIGHT,
                    "it is signed by [" + publisher.name() + "], and the plugin [" + plugin + "] belongs to ["
                            + before.publisher() + "]",
                    "If it has changed hands, say so with 'plugin:pin " + plugin + " --publisher " + publisher.name()
                            + "'");
        }
        Version version = said.version();
        if (before != null && !candidate.returning() && version.compareTo(before.highest()) < 0) {
            throw new Refused(
                    Refused.Stage.RIGHT,
                    "its version [" + version + "] is older than [" + before.highest() + "], which was in service",
                    "Go back with 'plugin:rollback " + plugin + "', or let older ones in with 'plugin:pin " + plugin
                            + " --lowest " + version + "'");
        }
        TrustLevel level = said.trustLevel().atMost(publisher.level()).atMost(now.limit(plugin));
        return new Trust(level, publisher.name(), key, format, now.agreed(publisher, level));
    }

    /** That something was revoked. @param what such as {@code the key [x]} */
    static SignatureException revoked(String what, Revocation revocation, String next) {
        return new SignatureException(
                what + " was revoked at [" + revocation.at() + "]"
                        + (revocation.reason().isEmpty() ? "" : ": " + revocation.reason()),
                next);
    }
}
