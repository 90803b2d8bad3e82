package org.sallyport.signing.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.format.Envelope;
import org.sallyport.signing.internal.format.SbomDigest;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.format.Statement;
import org.sallyport.signing.internal.keys.Agreed;
import org.sallyport.signing.internal.keys.OwnKeys;
import org.sallyport.signing.internal.keys.OwnKeys.Own;
import org.sallyport.signing.internal.keys.PublicKeys;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustSet.Holder;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** Signatures in DSSE envelopes, by Ed25519 or, in development, by a shared secret. Thread-safe. */
final class EnvelopeSignatures {
    /** How far a signer's clock may be ahead of ours. */
    static final Duration SKEW = Duration.ofMinutes(5);

    /** The publisher of what was signed by a key of this home, in development. */
    static final String DEVELOPER = "developer";

    /** Length of a signature (RFC 8032, 5.1.6). */
    private static final int ED25519_BYTES = 64;

    private final OwnKeys own;
    private final Rights rights;
    private final boolean development;
    private final Clock clock;

    /** @param development whether keys of this home count as trusted, shared secrets too */
    EnvelopeSignatures(OwnKeys own, Rights rights, boolean development, Clock clock) {
        this.own = own;
        this.rights = rights;
        this.development = development;
        this.clock = clock;
    }

    /** What an archive is trusted for by an envelope. */
    Trust check(TrustSet now, Candidate candidate, byte[] file) throws Refused, TrustException, SignatureException {
        Envelope envelope;
        Statement statement;
        try {
            envelope = Envelope.read(file);
            statement = Statement.read(envelope);
        } catch (SignatureException e) {
            throw new Refused(Refused.Stage.FORM, e);
        }
        PluginDescriptor said = candidate.descriptor();
        Optional<String> difference = statement.difference(
                said.id().value(),
                said.version().toString(),
                candidate.sha256(),
                said.permissions().stream().map(Statement::permission).toList(),
                SbomDigest.of(candidate.archive()));
        if (difference.isPresent()) {
            throw new Refused(
                    Refused.Stage.SUBJECT,
                    "its envelope does not fit: " + difference.get(),
                    "Offer the envelope that was made for this file, or sign the file with 'plugin:sign'");
        }
        Refused.Furthest furthest = new Refused.Furthest();
        for (Envelope.Signed one : envelope.signatures()) {
            try {
                return bySignature(now, candidate, envelope, statement, one);
            } catch (Refused e) {
                furthest.take(e);
            }
        }
        throw furthest.or("its envelope has no signature", SignatureCheck.UNSIGNED_NEXT);
    }

    private Trust bySignature(
            TrustSet now, Candidate candidate, Envelope envelope, Statement statement, Envelope.Signed signed)
            throws Refused, TrustException {
        Holder holder = holder(now, candidate, statement, signed.key());
        TrustedKey key = holder.key();
        if (!isBy(key, envelope, signed.bytes())) {
            throw new Refused(
                    Refused.Stage.SIGNATURE,
                    "its signature is not one of the key [" + key.id() + "] over what it says",
                    "Fetch file and envelope again, or have it signed anew");
        }
        Revocation revocation = now.revoked().get(key.id());
        if (revocation != null) {
            throw new Refused(
                    Refused.Stage.RIGHT,
                    Rights.revoked(
                            "the key [" + key.id() + "] that signed it",
                            revocation,
                            "Have it signed by a key that holds"));
        }
        Instant today = clock.instant();
        if (statement.signed().isAfter(today.plus(SKEW))) {
            throw new Refused(
                    Refused.Stage.RIGHT,
                    "it says to be signed at [" + statement.signed() + "], which is still to come",
                    "Look at the clocks of this machine and of the signer's");
        } else if (!key.isValid(statement.signed())) {
            throw new Refused(
                    Refused.Stage.RIGHT,
                    "it was signed at [" + statement.signed() + "], and the key [" + key.id() + "] is valid "
                            + key.validity(),
                    "Have it signed by a key that is valid then");
        } else if (!candidate.returning() && !key.isValid(today)) {
            // The time of a signature is the signer's word: who has an old key can write any.
            throw new Refused(
                    Refused.Stage.RIGHT,
                    "the key [" + key.id() + "] that signed it is valid " + key.validity()
                            + ", so nothing new comes in by it",
                    "Have it signed by a key that is valid now");
        }
        String format = key.kind() == TrustedKey.Kind.HMAC ? "hmac" : "dsse";
        return rights.entitled(now, candidate, holder.publisher(), key.id(), format);
    }

    /** Who signed, as far as one is known. */
    private Holder holder(TrustSet now, Candidate candidate, Statement statement, String id)
            throws Refused, TrustException {
        Optional<Holder> known = now.holder(id).filter(it -> it.key().kind() == TrustedKey.Kind.ED25519);
        if (known.isPresent()) {
            return known.get();
        }
        Optional<Own> mine = mine(id);
        if (mine.isPresent() && development) {
            Holder developer =
                    someone(DEVELOPER, TrustLevel.INTERNAL, mine.get().key());
            return new Holder(developer.publisher().agreeing(Agreed.ALL), developer.key());
        } else if (mine.isPresent() && mine.get().key().kind() == TrustedKey.Kind.HMAC) {
            throw new Refused(
                    Refused.Stage.KEY,
                    "it is signed with the shared secret [" + mine.get().name()
                            + "], which counts in development alone",
                    "Sign it with a key of your own, 'plugin:sign', or start with --dev");
        } else if (mine.isPresent()) {
            throw new Refused(
                    Refused.Stage.KEY,
                    "it is signed by the key [" + mine.get().name() + "] of this home, which is not trusted yet",
                    "Trust it with 'key:trust " + mine.get().name() + "'");
        }
        String publisher = "key-" + id;
        boolean bound = rights.isOthers(candidate.descriptor().id().value(), publisher);
        Optional<TrustLevel> firstUse = now.firstUse();
        if (firstUse.isPresent() && !bound && TrustedKey.idOf(statement.key()).equals(id)) {
            return someone(publisher, firstUse.get(), TrustedKey.of(TrustedKey.Kind.ED25519, statement.key()));
        }
        throw new Refused(
                Refused.Stage.KEY,
                "the key [" + shown(id) + "] that signed it is not trusted here",
                "Ask its owner for the key by a way that you trust, compare the id, then use 'key:trust'");
    }

    private static Holder someone(String name, TrustLevel level, TrustedKey key) {
        return new Holder(new Publisher(name, level, List.of("*"), Map.of(key.id(), key)), key);
    }

    private Optional<Own> mine(String id) throws TrustException {
        try {
            return own.all().stream().filter(one -> one.key().id().equals(id)).findFirst();
        } catch (IOException e) {
            throw new TrustException("The keys of this home cannot be read: " + e.getMessage());
        }
    }

    private static boolean isBy(TrustedKey key, Envelope envelope, byte[] signature) {
        try {
            if (key.kind() == TrustedKey.Kind.HMAC) {
                return MessageDigest.isEqual(OwnKeys.hmac(key.encoded(), envelope.signedBytes()), signature);
            }
            if (signature.length != ED25519_BYTES) {
                // Java 17 does not mind zeros behind it, which would make one signature many.
                return false;
            }
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(PublicKeys.ed25519(key.encoded()));
            verifier.update(envelope.signedBytes());
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // What is no signature at all is nobody's.
            return false;
        }
    }

    private static String shown(String id) {
        return id.length() <= 64 ? id : id.substring(0, 64) + "…";
    }
}
