package org.sallyport.signing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.Workshop.Plugin;
import org.sallyport.signing.internal.format.JarSigners;
import org.sallyport.signing.internal.format.SignatureException;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.trust.TrustLevels.Trust;

/** Jars that Java's own signer signed, with the certificates that {@code certificates.sh} made. */
@DisplayName("A signed jar")
class JarSignatureTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;

    private static KeyStore store;

    @TempDir
    private Path keys;

    private Workshop home;

    @BeforeAll
    static void certificates() throws Exception {
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = JarSignatureTest.class.getResourceAsStream("/certificates.p12")) {
            store.load(in, PASSWORD);
        }
    }

    @BeforeEach
    void home() {
        home = new Workshop(keys);
    }

    private static TrustedKey certificate(String alias) throws Exception {
        return TrustedKey.of(TrustedKey.Kind.X509, store.getCertificate(alias).getEncoded());
    }

    private void trust(String alias) throws Exception {
        TrustedKey key = certificate(alias);
        home.signing.trust.change(
                set -> set.with(new Publisher(alias, TrustLevel.INTERNAL, List.of("*"), Map.of(key.id(), key))));
    }

    private static byte[] sign(byte[] jar, String alias, String block) throws Exception {
        Path plain = Files.write(folder.resolve("plain.jar"), jar);
        List<Certificate> chain = Arrays.asList(store.getCertificateChain(alias));
        JarSigner signer = new JarSigner.Builder(
                        (PrivateKey) store.getKey(alias, PASSWORD),
                        CertificateFactory.getInstance("X.509").generateCertPath(chain))
                .signerName(block)
                .build();
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        try (ZipFile in = new ZipFile(plain.toFile())) {
            signer.sign(in, signed);
        }
        return signed.toByteArray();
    }

    private static Plugin signed(String alias) throws Exception {
        return Plugin.of("p", "1.0.0", sign(Plugin.of("p", "1.0.0").archive(), alias, "SIGNER"));
    }

    private static Plugin changed(Plugin plugin, String name, String content) throws Exception {
        Map<String, byte[]> entries = entries(plugin.archive());
        entries.put(name, content.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return Plugin.of("p", "1.0.0", bytes.toByteArray());
    }

    private static Map<String, byte[]> entries(byte[] jar) throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    @Test
    @DisplayName("passes if its certificate is trusted, or the one that issued it")
    void good() throws Exception {
        trust("good");
        trust("ca");

        assertThat(home.refusal(signed("good"))).isEmpty();
        assertThat(home.signing.of("p", "1.0.0"))
                .contains(new Trust(
                        TrustLevel.INTERNAL, "good", certificate("good").id(), "jar"));
        assertThat(home.refusal(signed("leaf"))).isEmpty();
        assertThat(home.signing.of("p", "1.0.0"))
                .contains(new Trust(TrustLevel.INTERNAL, "ca", certificate("ca").id(), "jar"));
        assertThat(home.refusal(signed("other")))
                .isEqualTo("it is signed by [CN=other], and no certificate of its chain is trusted here");
    }

    @ParameterizedTest(name = "is refused if its certificate is [{0}]")
    @CsvSource(
            delimiter = '|',
            value = {
                "expired|a certificate of its signer has expired at [",
                "early|a certificate of its signer is not yet valid at [",
                "web|its signer's certificate [CN=web] is not meant for code signing",
                "plain|its signer's certificate [CN=plain] is not meant for code signing",
                "weak|the certificate [CN=weak] is too weak: a [RSA] key",
            })
    void badCertificate(String alias, String sentence) throws Exception {
        trust(alias);

        assertThat(home.refusal(signed(alias))).startsWith(sentence);
    }

    @Test
    @DisplayName("is refused if the chain of its certificates is longer than one of them allows")
    void pathLength() throws Exception {
        trust("ca");

        assertThat(home.refusal(signed("far")))
                .isEqualTo("the chain of its certificates is longer than one of them allows");
    }

    @Test
    @DisplayName("is refused if one of its certificates was revoked")
    void revoked() throws Exception {
        trust("ca");
        String leaf = certificate("leaf").id();
        home.signing.trust.change(set -> set.without(leaf, new Revocation(Workshop.NOW, "lost")));

        assertThat(home.refusal(signed("leaf")))
                .isEqualTo("a certificate [" + leaf + "] of its signer was revoked at [2026-06-15T12:00:00Z]: lost");
    }

    @Test
    @DisplayName("is refused if an entry was added, which Java itself takes, or changed, or the manifest was")
    void changed() throws Exception {
        trust("good");
        Plugin good = signed("good");
        String manifest = new String(entries(good.archive()).get("META-INF/MANIFEST.MF"), StandardCharsets.UTF_8);

        assertThat(home.refusal(changed(good, "b/B.class", "more")))
                .isEqualTo("its entry [b/B.class] is not covered by the signature of the others");
        assertThat(home.refusal(changed(good, "META-INF/services/x.Y", "more")))
                .isEqualTo("its entry [META-INF/services/x.Y] is not covered by the signature of the others");
        assertThat(home.refusal(changed(good, "META-INF/deep/x.SF", "more")))
                .isEqualTo("its entry [META-INF/deep/x.SF] is not covered by the signature of the others");
        assertThat(home.refusal(changed(good, "a/X.class", "changed")))
                .startsWith("something in it was changed after it was signed: ");
        assertThat(home.refusal(changed(good, "META-INF/MANIFEST.MF", manifest + "Name: b\r\nX: y\r\n\r\n")))
                .isEqualTo("its manifest was changed after it was signed");
        assertThat(home.refusal(changed(good, "META-INF/MANIFEST.MF", "Bundle-ClassPath: x\r\n" + manifest)))
                .isEqualTo("its manifest was changed after it was signed");
    }

    @Test
    @DisplayName("is refused if two signed a part each, though each part has a trusted signer")
    void halves() throws Exception {
        trust("good");
        trust("other");
        Map<String, byte[]> first = entries(sign(Workshop.zip(Map.of("a/A.class", "a")), "good", "ONE"));
        Map<String, byte[]> second = entries(sign(Workshop.zip(Map.of("b/B.class", "b")), "other", "TWO"));
        Plugin both = Plugin.of("p", "1.0.0", Workshop.zip(Map.of("a/A.class", "a", "b/B.class", "b")));
        for (Map<String, byte[]> half : List.of(first, second)) {
            for (var entry : half.entrySet()) {
                if (entry.getKey().matches("META-INF/(ONE|TWO).*")) {
                    both = changed(both, entry.getKey(), new String(entry.getValue(), StandardCharsets.ISO_8859_1));
                }
            }
        }

        assertThat(home.refusal(both)).isNotEmpty();
        // Both over all is fine, and counts for whoever is trusted.
        Plugin twice =
                Plugin.of("p", "1.0.0", sign(sign(Plugin.of("p", "1.0.0").archive(), "weak", "ONE"), "good", "TWO"));
        assertThat(home.refusal(twice)).isEmpty();
    }

    @Test
    @DisplayName("that was changed anywhere has no signer, or the contents that were signed")
    void mutated() throws Exception {
        Plugin good = signed("good");
        Map<String, byte[]> before = entries(good.archive());
        Random random = new Random(Long.getLong("fuzz.seed", 20_261_128));
        for (int i = Integer.getInteger("fuzz.jars", 1_000); i > 0; i--) {
            byte[] mutant = good.archive().clone();
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            }
            try {
                JarSigners.of(mutant);
            } catch (SignatureException e) {
                assertThat(e.getMessage()).isNotBlank();
                continue;
            }
            Map<String, byte[]> after = new HashMap<>(entries(mutant));
            for (var entry : after.entrySet()) {
                assertThat(entry.getValue()).as(entry.getKey()).isEqualTo(before.get(entry.getKey()));
            }
        }
    }
}
