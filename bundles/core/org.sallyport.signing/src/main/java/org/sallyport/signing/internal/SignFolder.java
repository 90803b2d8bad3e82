package org.sallyport.signing.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.format.Envelope;
import org.sallyport.signing.internal.format.SbomDigest;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.format.Statement;
import org.sallyport.signing.internal.keys.Agreed;
import org.sallyport.signing.internal.keys.OwnKeys;
import org.sallyport.signing.internal.keys.PublicKeys;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustSet;
import org.sallyport.signing.internal.keys.TrustText;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;
import org.sallyport.spi.trust.Evidence;

/**
 * Signs the plugins of a folder in the build, and writes the trust file that goes with them. The same key gives the same
 * bytes; without one, a key is made that nobody keeps.
 */
public final class SignFolder {
    private static final String PLUGIN_JSON = "META-INF/sallyport/plugin.json";

    private SignFolder() {}

    /**
     * {@code FOLDER TRUST-FILE PUBLISHER TIME [KEY.pem PUBLIC.pem]}: signs {@code FOLDER/*.jar}, with a
     * given key as of the given time.
     *
     * @throws IllegalArgumentException if a jar has no {@code plugin.json}
     */
    public static void main(String[] args) throws Exception {
        boolean given = args.length == 6 && !args[4].isBlank();
        KeyPair pair = given
                ? new KeyPair(
                        PublicKeys.ed25519(PublicKeys.parse(Files.readAllBytes(Path.of(args[5])))
                                .encoded()),
                        OwnKeys.privateKey(Files.readAllBytes(Path.of(args[4]))))
                : KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        TrustedKey key = TrustedKey.of(TrustedKey.Kind.ED25519, pair.getPublic().getEncoded());
        // A key that nobody keeps makes other bytes each time anyway, so it may say the truth.
        Instant time = given ? Instant.parse(args[3]) : Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
            files.forEach(jars::add);
        }
        TreeSet<String> plugins = new TreeSet<>();
        for (Path jar : jars) {
            Statement statement = statement(jar, Files.readAllBytes(jar), key, time);
            plugins.add(statement.plugin());
            Files.writeString(
                    jar.resolveSibling(jar.getFileName() + Evidence.ENDINGS.get(0)),
                    sign(statement, key, pair.getPrivate()).write());
        }
        Publisher publisher =
                new Publisher(args[2], TrustLevel.INTERNAL, List.copyOf(plugins), Map.of(key.id(), key), Agreed.ALL);
        TrustSet trust = new TrustSet(Map.of(args[2], publisher), Map.of(), Optional.empty(), Map.of());
        Files.writeString(Path.of(args[1]), TrustText.write(trust));
    }

    static Envelope sign(Statement statement, TrustedKey key, PrivateKey secret) throws GeneralSecurityException {
        byte[] payload = statement.write();
        byte[] signature = OwnKeys.ed25519(secret, Envelope.encode(Statement.TYPE, payload));
        return new Envelope(Statement.TYPE, payload, List.of(new Envelope.Signed(key.id(), signature)));
    }

    /** By the descriptor that the build made of the manifest; the gate compares with the manifest itself. */
    private static Statement statement(Path jar, byte[] bytes, TrustedKey key, Instant time)
            throws IOException, JsonException, SignatureException {
        Document said = Json.read(entry(jar, bytes));
        List<String> permissions = new ArrayList<>();
        for (Document one : said.get("permissions").values()) {
            TreeSet<String> actions = new TreeSet<>();
            one.get("actions").values().forEach(action -> actions.add(action.text("")));
            permissions.add(Statement.permission(new PermissionRequest(
                    one.get("type").text(""), actions, one.get("scope").text(""), "")));
        }
        return new Statement(
                said.get("id").text(""),
                org.osgi.framework.Version.parseVersion(said.get("version").text(""))
                        .toString(),
                TrustedKey.sha256(bytes),
                permissions,
                SbomDigest.of(bytes),
                time,
                key.encoded());
    }

    private static byte[] entry(Path jar, byte[] bytes) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(PLUGIN_JSON)) {
                    return zip.readAllBytes();
                }
            }
        }
        throw new IllegalArgumentException("File [" + jar + "] has no [" + PLUGIN_JSON + "], so it is no plugin");
    }
}
