package org.sallyport.signing.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustSet.Holder;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.trust.DetachedForm;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** Detached signatures of OpenPGP, as far as a bundle reads them. Thread-safe. */
final class OpenPgpSignatures {
    private final Supplier<Optional<DetachedForm>> detached;
    private final Rights rights;
    private final Clock clock;

    OpenPgpSignatures(Supplier<Optional<DetachedForm>> detached, Rights rights, Clock clock) {
        this.detached = detached;
        this.rights = rights;
        this.clock = clock;
    }

    /** One over the bytes of the archive alone, which says nothing of the plugin: what that is, its manifest says. */
    Trust check(TrustSet now, Candidate candidate, byte[] file) throws Refused, TrustException {
        DetachedForm form = detached.get()
                .orElseThrow(() -> new Refused(
                        Refused.Stage.FORM,
                        "it has an OpenPGP signature, and nothing here reads that form",
                        "Add the bundle [org.sallyport.signing.openpgp] to the platform, or sign the file with 'plugin:sign"
                                + " FILE'"));
        List<Holder> holders = now.publishers().values().stream()
                .flatMap(publisher -> publisher.keys().values().stream()
                        .filter(key -> key.kind() == TrustedKey.Kind.OPENPGP)
                        .map(key -> new Holder(publisher, key)))
                .toList();
        Instant today = clock.instant();
        DetachedForm.Verified verified;
        try {
            verified = form.verify(
                    candidate.archive(),
                    file,
                    holders.stream().map(holder -> holder.key().encoded()).toList(),
                    today,
                    candidate.returning());
        } catch (DetachedForm.Refused e) {
            Refused.Stage stage = switch (e.stage()) {
                case FORM -> Refused.Stage.FORM;
                case KEY -> Refused.Stage.KEY;
                case SIGNATURE -> Refused.Stage.SIGNATURE;
                case RIGHT -> Refused.Stage.RIGHT;
            };
            throw new Refused(stage, String.valueOf(e.getMessage()), e.next());
        }
        Holder holder = holders.get(verified.key());
        TrustedKey key = holder.key();
        for (String one : Stream.concat(Stream.of(key.id()), verified.fingerprints().stream())
                .toList()) {
            Revocation revocation = now.revoked().get(one);
            if (revocation != null) {
                throw new Refused(
                        Refused.Stage.RIGHT,
                        Rights.revoked(
                                "the OpenPGP key [" + one + "] that signed it",
                                revocation,
                                "Have it signed by a key that holds"));
            }
        }
        if (!key.isValid(verified.signed()) || !candidate.returning() && !key.isValid(today)) {
            throw new Refused(
                    Refused.Stage.RIGHT,
                    "it was signed at [" + verified.signed() + "], and the OpenPGP key [" + key.id() + "] is trusted "
                            + key.validity(),
                    "Have it signed by a key that is trusted then and now");
        }
        return rights.entitled(now, candidate, holder.publisher(), key.id(), form.format());
    }
}
