package org.sallyport.signing.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.keys.Agreed;
import org.sallyport.signing.internal.keys.OwnKeys.Own;
import org.sallyport.signing.internal.keys.PublicKeys;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.signing.internal.keys.TrustText;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.trust.DetachedForm;

/** The verbs {@code key:create|list|trust|revoke|export}. */
final class KeyAdmin {
    private static final int MAX_KEY_FILE = 64 << 10;

    private final SigningComponent signing;
    private final BiConsumer<String, String> revoked;

    /** @param revoked told what was revoked, the id of a key or a digest, and why, after it was written down */
    KeyAdmin(SigningComponent signing, BiConsumer<String, String> revoked) {
        this.signing = signing;
        this.revoked = revoked;
    }

    List<AdminVerb> verbs() {
        Parameter name = Parameter.argument("name", Parameter.Kind.TEXT, "what the key is called in this home");
        return List.of(
                new Verb(
                        "key",
                        "create",
                        "make a key to sign with; it stays in this home, and nobody trusts it yet",
                        Role.ADMIN,
                        List.of(
                                name,
                                Parameter.option(
                                        "kind",
                                        Parameter.Kind.TEXT,
                                        "ed25519, or hmac for a shared secret that counts in development alone")),
                        this::create),
                new Verb(
                        "key",
                        "list",
                        "list the keys of this home and those that are trusted",
                        Role.VIEWER,
                        List.of(),
                        a -> list()),
                new Verb(
                        "key",
                        "trust",
                        "trust a key, or change what it is trusted for",
                        Role.ADMIN,
                        List.of(
                                Parameter.argument(
                                        "key",
                                        Parameter.Kind.TEXT,
                                        "a key of this home, a file with a public key (PEM, OpenPGP) or a certificate, or the"
                                                + " id of a trusted one"),
                                Parameter.option("publisher", Parameter.Kind.TEXT, "whose it is; without, its name"),
                                Parameter.option(
                                        "level",
                                        Parameter.Kind.TEXT,
                                        "the most that its plugins get: untrusted, partner or internal"),
                                Parameter.option(
                                        "plugins",
                                        Parameter.Kind.TEXT,
                                        "ids of plugins that the publisher may sign, parted by commas; [acme.*] for"
                                                + " all that begin so"),
                                Parameter.option(
                                        "consent",
                                        Parameter.Kind.TEXT,
                                        "permissions that its plugins get without being asked about, parted by commas;"
                                                + " [*] for all"),
                                Parameter.option(
                                        "from", Parameter.Kind.TEXT, "valid from, such as 2026-01-31T12:00:00Z"),
                                Parameter.option("to", Parameter.Kind.TEXT, "valid until")),
                        this::trust),
                new Verb(
                        "key",
                        "revoke",
                        "let a key, or one archive, not count any more; plugins that rest on it are quarantined",
                        Role.ADMIN,
                        List.of(
                                Parameter.argument(
                                        "what",
                                        Parameter.Kind.TEXT,
                                        "a key of this home, the id of a key, the fingerprint of one of OpenPGP, or the SHA-256"
                                                + " of an archive"),
                                Parameter.option("reason", Parameter.Kind.TEXT, "why, for those who are refused")),
                        this::revoke),
                new Verb(
                        "key",
                        "export",
                        "print the public key, to give to others",
                        Role.VIEWER,
                        List.of(name),
                        this::export));
    }

    /** One line of the list. */
    record Line(
            String key,
            String kind,
            String name,
            String publisher,
            String level,
            String plugins,
            String valid,
            String state) {}

    private Line create(Arguments arguments) throws IOException, GeneralSecurityException, TrustException {
        String kind = arguments.text("kind").orElse("ed25519");
        if (!kind.equals("ed25519") && !kind.equals("hmac")) {
            throw new PluginException("usage", "A key is [ed25519] or [hmac], not [" + kind + "]");
        }
        Own own = signing.own.create(
                arguments.required("name"), kind.equals("hmac") ? TrustedKey.Kind.HMAC : TrustedKey.Kind.ED25519);
        return line(signing.trust.get(), own.key(), own.name());
    }

    private List<Line> list() throws IOException, TrustException {
        TrustSet now = signing.trust.get();
        Map<String, Line> lines = new LinkedHashMap<>();
        for (Own own : signing.own.all()) {
            lines.put(own.key().id(), line(now, own.key(), own.name()));
        }
        now.publishers().values().stream()
                .sorted(java.util.Comparator.comparing(Publisher::name))
                .flatMap(publisher -> publisher.keys().values().stream())
                .forEach(key -> lines.putIfAbsent(key.id(), line(now, key, "")));
        now.revoked()
                .forEach((what, why) -> lines.putIfAbsent(
                        what,
                        new Line(what, what.length() == 64 ? "archive" : "", "", "", "", "", "", state(now, what))));
        return new ArrayList<>(lines.values());
    }

    private static Line line(TrustSet now, TrustedKey key, String name) {
        Optional<TrustSet.Holder> holder = now.holder(key.id());
        return new Line(
                key.id(),
                key.kind().label(),
                name,
                holder.map(it -> it.publisher().name()).orElse(""),
                holder.map(it -> it.publisher().level().label()).orElse(""),
                holder.map(it -> String.join(",", it.publisher().plugins())).orElse(""),
                holder.map(it -> it.key().validity()).orElse(""),
                state(now, key.id()));
    }

    private static String state(TrustSet now, String what) {
        Revocation revocation = now.revoked().get(what);
        if (revocation != null) {
            return "revoked" + (revocation.reason().isEmpty() ? "" : ": " + revocation.reason());
        }
        return now.holder(what).isPresent() ? "trusted" : "not trusted";
    }

    private Line trust(Arguments arguments) throws IOException, GeneralSecurityException, TrustException {
        TrustSet now = signing.trust.get();
        String named = arguments.required("key");
        Optional<Own> own = signing.own.find(named);
        Optional<TrustSet.Holder> holder = now.holder(named);
        TrustedKey key = own.map(Own::key).orElse(null);
        if (key == null) {
            key = holder.isPresent() ? holder.get().key() : file(arguments, named);
        }
        if (key.kind() == TrustedKey.Kind.HMAC) {
            throw new GeneralSecurityException("the shared secret [" + named
                    + "] proves no publisher, as whoever can check it can sign with it; it counts under --dev alone");
        }
        String id = key.id();
        holder = holder.or(() -> now.holder(id));
        TrustedKey limited = new TrustedKey(
                id,
                key.kind(),
                key.encoded(),
                time(arguments, "from").or(key::from),
                time(arguments, "to").or(key::to));
        Optional<String> owner = holder.map(it -> it.publisher().name());
        String publisher = arguments.text("publisher").or(() -> owner).orElse(named);
        Publisher changed =
                publisher(now, publisher, arguments, own.isPresent()).with(limited);
        if (owner.filter(name -> !name.equals(publisher)).isPresent()) {
            throw new GeneralSecurityException("the key [" + id + "] belongs to [" + owner.get() + "]; take it out of ["
                    + signing.trust.file() + "] first");
        }
        signing.trust.change(set -> set.with(changed));
        return line(signing.trust.get(), limited, own.map(Own::name).orElse(""));
    }

    private static Publisher publisher(TrustSet now, String name, Arguments arguments, boolean own)
            throws GeneralSecurityException {
        if (!TrustText.NAME.matcher(name).matches()) {
            throw new GeneralSecurityException("[" + name
                    + "] is no name for a publisher; give one with --publisher, of lower-case letters, digits,"
                    + " dots and dashes");
        }
        Publisher known = now.publishers().get(name);
        Optional<TrustLevel> level = arguments.text("level").isPresent()
                ? Optional.of(level(arguments.required("level")))
                : Optional.ofNullable(known).map(Publisher::level);
        if (level.isEmpty() && !own) {
            throw new GeneralSecurityException(
                    "it has to be said how far it is trusted: --level untrusted, partner or internal");
        }
        List<String> plugins = arguments
                .text("plugins")
                .map(text -> Arrays.stream(text.split(",")).map(String::strip).toList())
                .orElse(known == null ? List.of("*") : known.plugins());
        List<Permission> agreed = known == null ? List.of() : known.agreed();
        try {
            agreed = arguments
                    .text("consent")
                    .map(text -> text.isEmpty() ? List.<Permission>of() : Agreed.parse(List.of(text.split(","))))
                    .orElse(agreed);
        } catch (IllegalArgumentException e) {
            throw new PluginException("usage", "Nothing was changed: " + e.getMessage(), e);
        }
        return new Publisher(
                name, level.orElse(TrustLevel.INTERNAL), plugins, known == null ? Map.of() : known.keys(), agreed);
    }

    private static TrustLevel level(String text) throws GeneralSecurityException {
        for (TrustLevel level : TrustLevel.values()) {
            if (level.label().equals(text)) {
                return level;
            }
        }
        throw new GeneralSecurityException(
                "[" + text + "] is no trust level; there are untrusted, partner and internal");
    }

    private TrustedKey file(Arguments arguments, String named) throws IOException, GeneralSecurityException {
        Path file = arguments.folder().resolve(named);
        if (!Files.isRegularFile(file)) {
            throw new PluginException(
                    "not_found",
                    "[" + named + "] is neither a key of this home, nor the id of a trusted key, nor a file");
        } else if (Files.size(file) > MAX_KEY_FILE) {
            throw new GeneralSecurityException("file [" + file + "] has more than [" + MAX_KEY_FILE + "] bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        return PublicKeys.isOpenPgp(bytes) ? openPgp(bytes) : PublicKeys.parse(bytes);
    }

    private TrustedKey openPgp(byte[] file) throws GeneralSecurityException {
        DetachedForm form = signing.detached()
                .orElseThrow(
                        () -> new GeneralSecurityException("it is a key of OpenPGP, and nothing here reads that form;"
                                + " add the bundle [org.sallyport.signing.openpgp] to the platform"));
        try {
            return TrustedKey.of(TrustedKey.Kind.OPENPGP, form.key(file).encoded());
        } catch (DetachedForm.Refused e) {
            throw new GeneralSecurityException(e.getMessage() + ". " + e.next(), e);
        }
    }

    /** The id of the trusted key of OpenPGP with that fingerprint. */
    private Optional<String> byFingerprint(String fingerprint) throws TrustException {
        Optional<DetachedForm> form = signing.detached();
        if (form.isPresent()) {
            for (Publisher publisher : signing.trust.get().publishers().values()) {
                for (TrustedKey key : publisher.keys().values()) {
                    try {
                        if (key.kind() == TrustedKey.Kind.OPENPGP
                                && form.get().key(key.encoded()).fingerprint().equals(fingerprint)) {
                            return Optional.of(key.id());
                        }
                    } catch (DetachedForm.Refused e) {
                        // It was written by hand; nothing comes in by it.
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> time(Arguments arguments, String option) throws GeneralSecurityException {
        try {
            return arguments.text(option).map(Instant::parse);
        } catch (DateTimeException e) {
            throw new GeneralSecurityException(
                    "[" + arguments.required(option) + "] is no time such as [2026-01-31T12:00:00Z]", e);
        }
    }

    private Line revoke(Arguments arguments) throws IOException, TrustException, GeneralSecurityException {
        String named = arguments.required("what");
        Optional<String> own = signing.own.find(named).map(it -> it.key().id());
        String what = own.isPresent() ? own.get() : byFingerprint(named).orElse(named);
        if (!what.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new PluginException(
                    "not_found", "[" + named + "] is neither a key of this home, nor the id of a key, nor a SHA-256");
        }
        String reason = arguments.text("reason").orElse("");
        Revocation revocation = new Revocation(signing.clock.instant().truncatedTo(ChronoUnit.SECONDS), reason);
        signing.trust.change(set -> set.without(what, revocation));
        revoked.accept(what, reason);
        return new Line(what, "", named.equals(what) ? "" : named, "", "", "", "", state(signing.trust.get(), what));
    }

    private String export(Arguments arguments) throws IOException, GeneralSecurityException {
        String name = arguments.required("name");
        Own own = signing.own
                .find(name)
                .orElseThrow(() -> new PluginException("not_found", "There is no key [" + name + "] in this home"));
        if (own.key().kind() == TrustedKey.Kind.HMAC) {
            throw new GeneralSecurityException("[" + name + "] is a shared secret and has no public part");
        }
        return PublicKeys.pem("PUBLIC KEY", own.key().encoded()).strip();
    }
}
