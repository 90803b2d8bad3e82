package org.sallyport.it;

import aQute.bnd.header.Attrs;
import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarInputStream;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.trust.Evidence;

/**
 * Signs plugins as a stranger would who read the specification: by the JDK alone. Its key is trusted in a home only if the
 * home says so, as everybody's.
 */
public final class Signer {
    /** The one that most tests use. */
    public static final Signer TESTS = new Signer("tests");

    private static final String TYPE = "application/vnd.sallyport.plugin+json";

    private final String name;
    private final KeyPair key;

    public Signer(String name) {
        this.name = name;
        try {
            key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key's id. */
    public String id() {
        return sha256(key.getPublic().getEncoded()).substring(0, 40);
    }

    /** What a trust file says of it. */
    public Document publisher(String level, String... plugins) {
        String encoded = Base64.getEncoder().encodeToString(key.getPublic().getEncoded());
        return Document.fromJava(Map.of(
                "level",
                level,
                "plugins",
                java.util.List.of(plugins),
                "keys",
                Map.of(id(), Map.of("kind", "ed25519", "public", encoded))));
    }

    /** Makes a home trust it for all plugins, like the host's own; returns the home. */
    public Path trustedIn(Path home) throws IOException {
        return trust(home, Document.object(name, publisher("internal", "*")));
    }

    /** Writes a home's trust file. */
    public static Path trust(Path home, Document publishers) throws IOException {
        Path keys = Files.createDirectories(home.resolve("keys"));
        Files.writeString(
                keys.resolve("trust.json"),
                Document.object("publishers", publishers).toJson(2));
        return home;
    }

    /** Writes a jar and its envelope beside it. */
    public Path write(Path file, byte[] jar) throws IOException {
        Files.writeString(Path.of(file + ".dsse.json"), envelope(jar));
        return Files.write(file, jar);
    }

    /** The same for what may be no plugin at all: then there is nothing to sign. */
    public Path writeAny(Path file, byte[] jar) throws IOException {
        try {
            return write(file, jar);
        } catch (RuntimeException e) {
            return Files.write(file, jar);
        }
    }

    /** Hands in the signature of a jar that is about to come; returns the jar. */
    public byte[] offer(Sallyport sallyport, byte[] jar) {
        sallyport.service(Evidence.class).offer(sha256(jar), envelope(jar).getBytes(StandardCharsets.UTF_8));
        return jar;
    }

    /** Installs a jar that it signs. */
    public PluginStatus install(Sallyport sallyport, byte[] jar) {
        return sallyport.plugins().install(offer(sallyport, jar), "test");
    }

    /** A DSSE envelope over what a jar says of itself. */
    public String envelope(byte[] jar) {
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
            var headers = in.getManifest().getMainAttributes();
            Attrs plugin = new Parameters(headers.getValue("Provide-Capability")).get("org.sallyport.plugin");
            List<Document> permissions = permissions(headers.getValue("Require-Capability"));
            // A plugin type's bundle is signed by its symbolic name.
            String id = plugin == null ? headers.getValue("Bundle-SymbolicName") : plugin.get("org.sallyport.plugin");
            Document statement = Document.object("plugin", Document.of(id))
                    .with(
                            "version",
                            Document.of(Version.parseVersion(headers.getValue("Bundle-Version"))
                                    .toString()))
                    .with("sha256", Document.of(sha256(jar)))
                    .with("permissions", Document.array(permissions))
                    .with("sbom", Document.of(""))
                    .with("signed", Document.of(Instant.now().toString()))
                    .with(
                            "key",
                            Document.of(Base64.getEncoder()
                                    .encodeToString(key.getPublic().getEncoded())));
            return enveloped(statement.toJson().getBytes(StandardCharsets.UTF_8));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each the text of an array: type, sorted actions, scope; all sorted, each once. */
    private static List<Document> permissions(String header) {
        TreeSet<String> permissions = new TreeSet<>();
        OSGiHeader.parseHeader(header == null ? "" : header).forEach((name, attributes) -> {
            // Each further clause of one name has a tilde more.
            if (name.replace("~", "").equals("org.sallyport.permission")) {
                TreeSet<String> actions =
                        new TreeSet<>(List.of(attributes.get("actions").split(",")));
                permissions.add(Document.array(
                                Document.of(attributes.get("type")),
                                Document.array(
                                        actions.stream().map(Document::of).toList()),
                                Document.of(attributes.getOrDefault("scope", "")))
                        .toJson());
            }
        });
        return permissions.stream().map(Document::of).toList();
    }

    private String enveloped(byte[] payload) throws GeneralSecurityException {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes(("DSSEv1 " + TYPE.length() + " " + TYPE + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII));
        signed.writeBytes(payload);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key.getPrivate());
        signature.update(signed.toByteArray());
        return Document.fromJava(Map.of(
                        "payloadType",
                        TYPE,
                        "payload",
                        Base64.getEncoder().encodeToString(payload),
                        "signatures",
                        java.util.List.of(
                                Map.of("keyid", id(), "sig", Base64.getEncoder().encodeToString(signature.sign())))))
                .toJson();
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
