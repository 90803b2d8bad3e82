package org.sallyport.signing.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.format.Certificates;
import org.sallyport.signing.internal.format.Envelope;
import org.sallyport.signing.internal.format.JarSigners;
import org.sallyport.signing.internal.format.SbomDigest;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.format.Statement;
import org.sallyport.signing.internal.keys.Agreed;
import org.sallyport.signing.internal.keys.OwnKeys;
import org.sallyport.signing.internal.keys.OwnKeys.Own;
import org.sallyport.signing.internal.keys.PublicKeys;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustFile;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustSet.Holder;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.trust.DetachedForm;
import org.sallyport.spi.trust.TrustLevels.Trust;

/**
 * Decides whether an archive is signed by somebody who may, and what it is trusted for. One good signature is enough; if
 * there is none, the reason is that of the one that came furthest. Changes nothing. Thread-safe.
 */
final class SignatureCheck {
    /** How far a signer's clock may be ahead of ours. */
    static final Duration SKEW = Duration.ofMinutes(5);

    /** The publisher of what was signed by a key of this home, in development. */
    static final String DEVELOPER = "developer";

    /** Length of a signature (RFC 8032, 5.1.6). */
    private static final int ED25519_BYTES = 64;

    private static final String UNSIGNED_NEXT =
            "Sign it with 'plugin:sign FILE' and keep the envelope beside the file, or ask its author for a signed"
                    + " build";

    private final TrustFile trust;
    private final OwnKeys own;
    private final Ledger ledger;
    private final EvidenceStore evidence;
    private final boolean development;
    private final Clock clock;
    private final Supplier<Optional<DetachedForm>> detached;

    /**
     * @param development whether keys of this home count as trusted, shared secrets too
     * @param detached reads signatures of OpenPGP, if something here does
     */
    SignatureCheck(
            TrustFile trust,
            OwnKeys own,
            Ledger ledger,
            EvidenceStore evidence,
            boolean development,
            Clock clock,
            Supplier<Optional<DetachedForm>> detached) {
        this.trust = trust;
        this.own = own;
        this.ledger = ledger;
        this.evidence = evidence;
        this.development = development;
        this.clock = clock;
        this.detached = detached;
    }

    /**
     * That it may pass.
     *
     * @param trust what it is trusted for
     * @param signature the one that counts; {@code null} if it lies in the archive
     */
    record Passed(Trust trust, byte @Nullable [] signature) {}

    /**
     * Checks an archive that was read and described before.
     *
     * @throws SignatureException if it may not pass
     * @throws TrustException if that cannot be known
     */
    Passed check(Candidate candidate) throws SignatureException, TrustException {
        TrustSet now = trust.get();
        Revocation digest = now.revoked().get(candidate.sha256());
        if (digest != null) {
            throw revoked("this very archive", digest, "Install another version");
        }
        Best best = new Best();
        for (byte[] one : signatures(candidate.sha256())) {
            try {
                return new Passed(byFile(now, candidate, one), one);
            } catch (Refused e) {
                best.take(e);
            }
        }
        try {
            if (JarSigners.claims(candidate.archive())) {
                return new Passed(byJar(now, candidate), null);
            }
        } catch (Refused e) {
            best.take(e);
        } catch (SignatureException e) {
            best.take(new Refused(Stage.FORM, e));
        }
        throw best.refusal();
    }

    private List<byte[]> signatures(String sha256) throws TrustException {
        try {
            return evidence.of(sha256);
        } catch (IOException e) {
            throw new TrustException("What it was signed with before cannot be read: " + e.getMessage());
        }
    }

    /** How far a signature came. */
    private enum Stage {
        FORM,
        SUBJECT,
        KEY,
        SIGNATURE,
        RIGHT
    }

    /** A signature that does not count, and how far it came. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final Stage stage;
        private final transient SignatureException why;

        Refused(Stage stage, SignatureException why) {
            super(why);
            this.stage = stage;
            this.why = why;
        }

        Refused(Stage stage, String reason, String next) {
            this(stage, new SignatureException(reason, next));
        }
    }

    private static final class Best {
        private @Nullable Refused furthest;

        void take(Refused refused) {
            Refused before = furthest;
            if (before == null || before.stage.compareTo(refused.stage) < 0) {
                furthest = refused;
            }
        }

        SignatureException refusal() {
            Refused refused = furthest;
            return refused == null ? new SignatureException("it is not signed", UNSIGNED_NEXT) : refused.why;
        }
    }

    private Trust byFile(TrustSet now, Candidate candidate, byte[] file)
            throws Refused, TrustException, SignatureException {
        if (PublicKeys.isOpenPgp(file)) {
            return byDetached(now, candidate, file);
        }
        Envelope envelope;
        Statement statement;
        try {
            envelope = Envelope.read(file);
            statement = Statement.read(envelope);
        } catch (SignatureException e) {
            throw new Refused(Stage.FORM, e);
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
                    Stage.SUBJECT,
                    "its envelope does not fit: " + difference.get(),
                    "Offer the envelope that was made for this file, or sign the file with 'plugin:sign'");
        }
        Best best = new Best();
        for (Envelope.Signed one : envelope.signatures()) {
            try {
                return bySignature(now, candidate, envelope, statement, one);
            } catch (Refused e) {
                best.take(e);
            }
        }
        Refused furthest = best.furthest;
        throw furthest == null ? new Refused(Stage.FORM, "its envelope has no signature", UNSIGNED_NEXT) : furthest;
    }

    /** One over the bytes of the archive alone, which says nothing of the plugin: what that is, its manifest says. */
    private Trust byDetached(TrustSet now, Candidate candidate, byte[] file) throws Refused, TrustException {
        DetachedForm form = detached.get()
                .orElseThrow(() -> new Refused(
                        Stage.FORM,
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
            Stage stage = switch (e.stage()) {
                case FORM -> Stage.FORM;
                case KEY -> Stage.KEY;
                case SIGNATURE -> Stage.SIGNATURE;
                case RIGHT -> Stage.RIGHT;
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
                        Stage.RIGHT,
                        revoked(
                                "the OpenPGP key [" + one + "] that signed it",
                                revocation,
                                "Have it signed by a key that holds"));
            }
        }
        if (!key.isValid(verified.signed()) || !candidate.returning() && !key.isValid(today)) {
            throw new Refused(
                    Stage.RIGHT,
                    "it was signed at [" + verified.signed() + "], and the OpenPGP key [" + key.id() + "] is trusted "
                            + key.validity(),
                    "Have it signed by a key that is trusted then and now");
        }
        return entitled(now, candidate, holder.publisher(), key.id(), form.format());
    }

    private Trust bySignature(
            TrustSet now, Candidate candidate, Envelope envelope, Statement statement, Envelope.Signed signed)
            throws Refused, TrustException {
        Holder holder = holder(now, candidate, statement, signed.key());
        TrustedKey key = holder.key();
        if (!isBy(key, envelope, signed.bytes())) {
            throw new Refused(
                    Stage.SIGNATURE,
                    "its signature is not one of the key [" + key.id() + "] over what it says",
                    "Fetch file and envelope again, or have it signed anew");
        }
        Revocation revocation = now.revoked().get(key.id());
        if (revocation != null) {
            throw new Refused(
                    Stage.RIGHT,
                    revoked(
                            "the key [" + key.id() + "] that signed it",
                            revocation,
                            "Have it signed by a key that holds"));
        }
        Instant today = clock.instant();
        if (statement.signed().isAfter(today.plus(SKEW))) {
            throw new Refused(
                    Stage.RIGHT,
                    "it says to be signed at [" + statement.signed() + "], which is still to come",
                    "Look at the clocks of this machine and of the signer's");
        } else if (!key.isValid(statement.signed())) {
            throw new Refused(
                    Stage.RIGHT,
                    "it was signed at [" + statement.signed() + "], and the key [" + key.id() + "] is valid "
                            + key.validity(),
                    "Have it signed by a key that is valid then");
        } else if (!candidate.returning() && !key.isValid(today)) {
            // The time of a signature is the signer's word: who has an old key can write any.
            throw new Refused(
                    Stage.RIGHT,
                    "the key [" + key.id() + "] that signed it is valid " + key.validity()
                            + ", so nothing new comes in by it",
                    "Have it signed by a key that is valid now");
        }
        String format = key.kind() == TrustedKey.Kind.HMAC ? "hmac" : "dsse";
        return entitled(now, candidate, holder.publisher(), key.id(), format);
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
                    Stage.KEY,
                    "it is signed with the shared secret [" + mine.get().name()
                            + "], which counts in development alone",
                    "Sign it with a key of your own, 'plugin:sign', or start with --dev");
        } else if (mine.isPresent()) {
            throw new Refused(
                    Stage.KEY,
                    "it is signed by the key [" + mine.get().name() + "] of this home, which is not trusted yet",
                    "Trust it with 'key:trust " + mine.get().name() + "'");
        }
        String publisher = "key-" + id;
        boolean bound = ledger.of(candidate.descriptor().id().value())
                .filter(entry -> !entry.publisher().equals(publisher))
                .isPresent();
        Optional<TrustLevel> firstUse = now.firstUse();
        if (firstUse.isPresent() && !bound && TrustedKey.idOf(statement.key()).equals(id)) {
            return someone(publisher, firstUse.get(), TrustedKey.of(TrustedKey.Kind.ED25519, statement.key()));
        }
        throw new Refused(
                Stage.KEY,
                "the key [" + shown(id) + "] that signed it is not trusted here",
                "Ask its owner for the key by a way that you trust, compare the id, then use 'key:trust'");
    }

    private static Holder someone(String name, TrustLevel level, TrustedKey key) {
        return new Holder(new Publisher(name, level, List.of("*"), java.util.Map.of(key.id(), key)), key);
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

    private Trust byJar(TrustSet now, Candidate candidate) throws Refused, SignatureException, TrustException {
        Best best = new Best();
        for (CertPath path : JarSigners.of(candidate.archive())) {
            List<X509Certificate> chain = Certificates.of(path);
            try {
                return byChain(now, candidate, chain);
            } catch (Refused e) {
                best.take(e);
            }
        }
        Refused furthest = best.furthest;
        throw furthest == null ? new Refused(Stage.FORM, "nobody signed all of it", UNSIGNED_NEXT) : furthest;
    }

    private Trust byChain(TrustSet now, Candidate candidate, List<X509Certificate> chain)
            throws Refused, TrustException {
        X509Certificate leaf = chain.get(0);
        for (Publisher publisher : now.publishers().values()) {
            for (TrustedKey key : publisher.keys().values()) {
                X509Certificate trusted = key.kind() == TrustedKey.Kind.X509 ? certificate(key) : null;
                if (trusted != null && Certificates.leadsTo(chain, trusted)) {
                    checkChain(now, candidate, chain, trusted, key);
                    return entitled(now, candidate, publisher, key.id(), "jar");
                }
            }
        }
        throw new Refused(
                Stage.KEY,
                "it is signed by [" + leaf.getSubjectX500Principal().getName() + "], and no certificate of its chain is"
                        + " trusted here",
                "Compare the certificate with its owner by a way that you trust, then use 'key:trust'");
    }

    private void checkChain(
            TrustSet now, Candidate candidate, List<X509Certificate> chain, X509Certificate trusted, TrustedKey key)
            throws Refused, TrustException {
        Instant today = clock.instant();
        Instant end = chain.get(0).getNotAfter().toInstant();
        try {
            for (X509Certificate one : chain) {
                String id = TrustedKey.idOf(one.getEncoded());
                Revocation revocation = now.revoked().get(id);
                if (revocation != null) {
                    throw revoked(
                            "a certificate [" + id + "] of its signer", revocation, "Have it signed by another one");
                }
            }
            Revocation revocation = now.revoked().get(key.id());
            if (revocation != null) {
                throw revoked(
                        "the certificate [" + key.id() + "] of its signer",
                        revocation,
                        "Have it signed by another one");
            }
            // What was let in while its certificate was valid stays when that has expired.
            Certificates.check(chain, trusted, candidate.returning() && today.isAfter(end) ? end : today);
            if (!candidate.returning() && !key.isValid(today)) {
                throw new SignatureException(
                        "the certificate [" + key.id() + "] of its signer is trusted " + key.validity(),
                        "Have it signed by one that is trusted now");
            }
        } catch (SignatureException e) {
            throw new Refused(Stage.RIGHT, e);
        } catch (GeneralSecurityException e) {
            throw new TrustException("A certificate cannot be read: " + e.getMessage());
        }
    }

    private static X509Certificate certificate(TrustedKey key) throws TrustException {
        try {
            return PublicKeys.certificate(key.encoded());
        } catch (GeneralSecurityException e) {
            throw new TrustException("The certificate [" + key.id() + "] cannot be read: " + e.getMessage());
        }
    }

    /** The signature is good; whether its signer may sign this plugin in this version. */
    private Trust entitled(TrustSet now, Candidate candidate, Publisher publisher, String key, String format)
            throws Refused, TrustException {
        PluginDescriptor said = candidate.descriptor();
        String plugin = said.id().value();
        if (!publisher.maySign(plugin)) {
            throw new Refused(
                    Stage.RIGHT,
                    "it is signed by [" + publisher.name() + "], who may sign " + publisher.plugins() + " and not ["
                            + plugin + "]",
                    "Let it with 'key:trust " + key + " --publisher " + publisher.name() + " --plugins " + plugin
                            + "'");
        }
        Ledger.Entry before = ledger.of(plugin).orElse(null);
        if (before != null && !before.publisher().equals(publisher.name())) {
            throw new Refused(
                    Stage.RIGHT,
                    "it is signed by [" + publisher.name() + "], and the plugin [" + plugin + "] belongs to ["
                            + before.publisher() + "]",
                    "If it has changed hands, say so with 'plugin:pin " + plugin + " --publisher " + publisher.name()
                            + "'");
        }
        Version version = said.version();
        if (before != null && !candidate.returning() && version.compareTo(before.highest()) < 0) {
            throw new Refused(
                    Stage.RIGHT,
                    "its version [" + version + "] is older than [" + before.highest() + "], which was in service",
                    "Go back with 'plugin:rollback " + plugin + "', or let older ones in with 'plugin:pin " + plugin
                            + " --lowest " + version + "'");
        }
        TrustLevel level = said.trustLevel().atMost(publisher.level()).atMost(now.limit(plugin));
        return new Trust(level, publisher.name(), key, format, now.agreed(publisher, level));
    }

    private static SignatureException revoked(String what, Revocation revocation, String next) {
        return new SignatureException(
                what + " was revoked at [" + revocation.at() + "]"
                        + (revocation.reason().isEmpty() ? "" : ": " + revocation.reason()),
                next);
    }

    private static String shown(String id) {
        return id.length() <= 64 ? id : id.substring(0, 64) + "…";
    }
}
