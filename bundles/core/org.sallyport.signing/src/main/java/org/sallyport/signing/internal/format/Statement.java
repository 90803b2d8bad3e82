package org.sallyport.signing.internal.format;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;

/**
 * What a signer says of an archive: the payload of an envelope.
 *
 * @param plugin its id
 * @param version its version
 * @param sha256 digest of the archive
 * @param permissions what it asks for, sorted, see {@link #permission}
 * @param sbom digest of its list of parts, {@link SbomDigest#NAME}; empty if it has none
 * @param signed when; the signer's own word
 * @param key the signer's public key as SubjectPublicKeyInfo; empty with a shared secret
 */
public record Statement(
        String plugin,
        String version,
        String sha256,
        List<String> permissions,
        String sbom,
        Instant signed,
        byte[] key) {
    /** The type of the payload. */
    public static final String TYPE = "application/vnd.sallyport.plugin+json";

    public Statement {
        permissions = List.copyOf(new TreeSet<>(permissions));
    }

    /** A permission as one text; two that differ have two texts. */
    public static String permission(PermissionRequest asked) {
        return Document.array(
                        Document.of(asked.type()),
                        Document.array(new TreeSet<>(asked.actions())
                                .stream().map(Document::of).toList()),
                        Document.of(asked.scope()))
                .toJson();
    }

    /** The payload; the same statement gives the same bytes. */
    public byte[] write() {
        Document all = Document.object("plugin", Document.of(plugin))
                .with("version", Document.of(version))
                .with("sha256", Document.of(sha256))
                .with(
                        "permissions",
                        Document.array(permissions.stream().map(Document::of).toList()))
                .with("sbom", Document.of(sbom))
                .with("signed", Document.of(signed.toString()))
                .with("key", Document.of(Base64.getEncoder().encodeToString(key)));
        return all.toJson().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a payload. What it does not understand is refused: the signer may have meant a restriction. */
    public static Statement read(Envelope envelope) throws SignatureException {
        if (!envelope.type().equals(TYPE)) {
            throw new SignatureException(
                    "its envelope holds [" + envelope.type() + "], which says nothing of a plugin; [" + TYPE
                            + "] is wanted",
                    "Offer the envelope that 'plugin:sign' made");
        }
        try {
            Document all = Json.read(envelope.payload());
            if (!new TreeSet<>(all.keys())
                    .equals(new TreeSet<>(
                            List.of("plugin", "version", "sha256", "permissions", "sbom", "signed", "key")))) {
                throw new IllegalArgumentException("it has the members " + all.keys());
            }
            List<String> permissions = new ArrayList<>();
            all.get("permissions").values().forEach(one -> permissions.add(text(one)));
            return new Statement(
                    text(all.get("plugin")),
                    text(all.get("version")),
                    text(all.get("sha256")),
                    permissions,
                    text(all.get("sbom")),
                    Instant.parse(text(all.get("signed"))),
                    Base64.getDecoder().decode(text(all.get("key"))));
        } catch (JsonException | IllegalArgumentException | DateTimeException e) {
            throw new SignatureException(
                    "what its envelope says of it cannot be read: " + e.getMessage(),
                    "Sign the plugin again with the 'plugin:sign' of this version of Sallyport");
        }
    }

    private static String text(Document value) {
        return value.text().orElseThrow(() -> new IllegalArgumentException("a member is no text"));
    }

    /**
     * The first thing in which an archive differs from what was signed. The digest alone would do; the rest is compared so
     * that what a signer saw, and what operators are shown of an envelope, is what the archive says.
     */
    public Optional<String> difference(
            String id, String itsVersion, String digest, List<String> asked, String itsSbom) {
        if (!sha256.equals(digest)) {
            return Optional.of("it was made for other bytes, whose SHA-256 is [" + cut(sha256) + "]");
        } else if (!plugin.equals(id)) {
            return Optional.of("it was made for the plugin [" + cut(plugin) + "]");
        } else if (!version.equals(itsVersion)) {
            return Optional.of("it was made for the version [" + cut(version) + "]");
        } else if (!permissions.equals(List.copyOf(new TreeSet<>(asked)))) {
            return Optional.of("it was made for other permissions: " + cut(permissions.toString()));
        } else if (!sbom.equals(itsSbom)) {
            return Optional.of("it was made for another list of parts, whose SHA-256 is [" + cut(sbom) + "]");
        }
        return Optional.empty();
    }

    private static String cut(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
