package org.sallyport.signing.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.signing.internal.format.Envelope;
import org.sallyport.signing.internal.format.SbomDigest;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.format.Statement;
import org.sallyport.signing.internal.keys.OwnKeys.Own;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.signing.internal.keys.TrustText;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Role;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admission.AdmissionGate.Candidate;
import org.sallyport.spi.admission.PluginAdmin;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.trust.ArchiveDescriber;
import org.sallyport.spi.trust.Evidence;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** The verbs {@code plugin:sign|verify|pin}. */
final class PluginSigning {
    /** The key that is made and used if nobody names one. */
    static final String OWN = "own";

    private static final Parameter FILE = Parameter.argument("file", Parameter.Kind.FILE, "the plugin's jar");

    private final SigningComponent signing;
    private final ArchiveDescriber describer;

    PluginSigning(SigningComponent signing, ArchiveDescriber describer) {
        this.signing = signing;
        this.describer = describer;
    }

    List<AdminVerb> verbs() {
        return List.of(
                new Verb(
                        "plugin",
                        "sign",
                        "sign a plugin's jar; the signature is written beside it as FILE" + Evidence.ENDINGS.get(0),
                        Role.OPERATOR,
                        List.of(
                                FILE,
                                Parameter.option(
                                        "key",
                                        Parameter.Kind.TEXT,
                                        "a key of this home; without, [" + OWN
                                                + "], which is made if it is not there")),
                        this::sign),
                new Verb(
                        "plugin",
                        "verify",
                        "say who signed a plugin's jar and whether it would be let in",
                        Role.VIEWER,
                        List.of(FILE),
                        this::verify),
                new Verb(
                        "plugin",
                        "pin",
                        "say whose a plugin is from now on, or which version is the lowest that comes in",
                        Role.ADMIN,
                        List.of(
                                Parameter.argument("id", Parameter.Kind.TEXT, "the plugin's id"),
                                Parameter.option("publisher", Parameter.Kind.TEXT, "who signs it from now on"),
                                Parameter.option("lowest", Parameter.Kind.TEXT, "the lowest version that comes in")),
                        this::pin));
    }

    /** What was signed. */
    record SignedPlugin(String plugin, String version, String sha256, String key, String keyId, String file) {}

    /** What is known of a signature that counts. */
    record Verified(
            String plugin, String version, String level, String publisher, String key, String format, String sha256) {}

    /** Whose a plugin is. */
    record Pinned(String plugin, String publisher, String lowest) {}

    private Candidate read(Arguments arguments) {
        return describer.describe(
                arguments.bytes("file", PluginAdmin.MAX_ARCHIVE),
                arguments.file("file").getFileName().toString());
    }

    private SignedPlugin sign(Arguments arguments) throws IOException, GeneralSecurityException, SignatureException {
        Candidate candidate = read(arguments);
        String name = arguments.text("key").orElse(OWN);
        Optional<Own> found = signing.own.find(name);
        if (found.isEmpty() && arguments.text("key").isPresent()) {
            throw new PluginException(
                    "not_found", "There is no key [" + name + "] here; make it with 'key:create " + name + "'");
        }
        Own key = found.isPresent() ? found.get() : signing.own.create(name, TrustedKey.Kind.ED25519);
        PluginDescriptor said = candidate.descriptor();
        Statement statement = new Statement(
                said.id().value(),
                said.version().toString(),
                candidate.sha256(),
                said.permissions().stream().map(Statement::permission).toList(),
                SbomDigest.of(candidate.archive()),
                signing.clock.instant().truncatedTo(ChronoUnit.SECONDS),
                key.key().kind() == TrustedKey.Kind.HMAC
                        ? new byte[0]
                        : key.key().encoded());
        byte[] payload = statement.write();
        byte[] signature = signing.own.sign(key, Envelope.encode(Statement.TYPE, payload));
        Envelope envelope = new Envelope(
                Statement.TYPE, payload, List.of(new Envelope.Signed(key.key().id(), signature)));
        Path jar = arguments.file("file");
        Path file = jar.resolveSibling(jar.getFileName() + Evidence.ENDINGS.get(0));
        Files.writeString(file, envelope.write());
        return new SignedPlugin(
                statement.plugin(),
                statement.version(),
                statement.sha256(),
                name,
                key.key().id(),
                file.toString());
    }

    private Verified verify(Arguments arguments) throws IOException, TrustException, SignatureException {
        Candidate candidate = read(arguments);
        Trust trust = signing.look(candidate, Evidence.beside(arguments.file("file")));
        return new Verified(
                candidate.descriptor().id().value(),
                candidate.descriptor().version().toString(),
                trust.level().label(),
                trust.publisher(),
                trust.key(),
                trust.format(),
                candidate.sha256());
    }

    private Pinned pin(Arguments arguments) throws TrustException {
        String plugin = arguments.required("id");
        Ledger.Entry before = signing.ledger
                .of(plugin)
                .orElseThrow(() -> new PluginException(
                        "not_found", "No version of a plugin [" + plugin + "] was in service, so it is nobody's yet"));
        String publisher = arguments.text("publisher").orElse(before.publisher());
        if (!TrustText.NAME.matcher(publisher).matches()) {
            throw new PluginException("usage", "[" + publisher + "] is no name of a publisher");
        }
        Version lowest;
        try {
            lowest = arguments.text("lowest").map(Version::parseVersion).orElse(before.highest());
        } catch (IllegalArgumentException e) {
            throw new PluginException("usage", "[" + arguments.required("lowest") + "] is no version such as 1.2.3", e);
        }
        signing.ledger.set(
                plugin,
                new Ledger.Entry(
                        lowest,
                        new Trust(
                                before.trust().level(),
                                publisher,
                                before.trust().key(),
                                before.trust().format())));
        return new Pinned(plugin, publisher, lowest.toString());
    }
}
