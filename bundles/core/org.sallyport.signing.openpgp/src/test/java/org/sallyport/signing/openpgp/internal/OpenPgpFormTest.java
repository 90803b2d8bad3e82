package org.sallyport.signing.openpgp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.spi.trust.DetachedForm.Refused;
import org.sallyport.spi.trust.DetachedForm.Stage;
import org.sallyport.spi.trust.DetachedForm.Verified;
import org.sallyport.spi.trust.Evidence;

@DisplayName("A signature of OpenPGP, made by GnuPG,")
class OpenPgpFormTest {
    private static final byte[] ARCHIVE = "the bytes of a jar".getBytes(StandardCharsets.US_ASCII);
    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
    private static final int ROUNDS = Integer.getInteger("fuzz.openpgp", 300);

    private final OpenPgpForm form = new OpenPgpForm();
    private Gpg gpg;

    @BeforeEach
    void open() throws Exception {
        gpg = new Gpg().at("20260101T000000");
    }

    @AfterEach
    void close() throws Exception {
        gpg.close();
    }

    private byte[] trusted(String name) throws Exception {
        return form.key(gpg.export(name)).encoded();
    }

    private Verified verify(byte[] signature, byte[]... keys) throws Refused {
        return form.verify(ARCHIVE, signature, List.of(keys), NOW, false);
    }

    private Refused refusal(byte[] signature, byte[]... keys) {
        return refusal(NOW, false, signature, keys);
    }

    private Refused refusal(Instant today, boolean returning, byte[] signature, byte[]... keys) {
        Refused refused = catchThrowableOfType(
                Refused.class, () -> form.verify(ARCHIVE, signature, List.of(keys), today, returning));
        assertThat(refused.next()).isNotEmpty().doesNotEndWith(".");
        return refused;
    }

    @ParameterizedTest(name = "by a key of the kind [{0}] is good")
    @ValueSource(strings = {"ed25519", "rsa2048", "nistp256", "nistp384"})
    void good(String algorithm) throws Exception {
        gpg.key("Ann", algorithm, "sign", "1y").key("Ben", "ed25519", "sign", "1y");
        String fingerprint = gpg.fingerprint("Ann").toLowerCase(java.util.Locale.ROOT);
        byte[] binary = gpg.sign(ARCHIVE, "Ann");
        byte[] armored = gpg.sign(ARCHIVE, "Ann", "--armor");

        Verified expected = new Verified(1, List.of(fingerprint, fingerprint), Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(verify(binary, trusted("Ben"), trusted("Ann"))).isEqualTo(expected);
        assertThat(verify(armored, trusted("Ben"), trusted("Ann"))).isEqualTo(expected);
        assertThat(form.key(gpg.export("Ann")).fingerprint()).isEqualTo(fingerprint);
        assertThat(form.key(trusted("Ann")).encoded())
                .as("the same out of its armor")
                .isEqualTo(trusted("Ann"));
    }

    @Test
    @DisplayName("by a subkey counts for the key that it belongs to")
    void subkey() throws Exception {
        gpg.key("Ann", "ed25519", "cert", "1y");
        gpg.run(new byte[0], "--quick-add-key", gpg.fingerprint("Ann"), "ed25519", "sign", "1y");
        Verified verified = verify(gpg.sign(ARCHIVE, "Ann"), trusted("Ann"));
        assertThat(verified.fingerprints()).hasSize(2).doesNotHaveDuplicates();
        assertThat(verified.fingerprints().get(0)).isEqualToIgnoringCase(gpg.fingerprint("Ann"));
    }

    @Test
    @DisplayName("over other bytes, or by a key that was not given, is refused")
    void wrong() throws Exception {
        gpg.key("Ann", "ed25519", "sign", "1y").key("Ben", "ed25519", "sign", "1y");
        String ann = gpg.fingerprint("Ann").toLowerCase(java.util.Locale.ROOT);

        Refused changed = refusal(gpg.sign("other".getBytes(StandardCharsets.US_ASCII), "Ann"), trusted("Ann"));
        assertThat(changed.stage()).isEqualTo(Stage.SIGNATURE);
        assertThat(changed).hasMessage("its OpenPGP signature is not one of the key [" + ann + "] over this file");

        Refused unknown = refusal(gpg.sign(ARCHIVE, "Ann"), trusted("Ben"));
        assertThat(unknown.stage()).isEqualTo(Stage.KEY);
        assertThat(unknown).hasMessageContaining(ann).hasMessageEndingWith("that signed it is not trusted here");
        assertThat(refusal(gpg.sign(ARCHIVE, "Ann")).stage())
                .as("no key at all")
                .isEqualTo(Stage.KEY);
    }

    @Test
    @DisplayName("by a weak digest, or over a text, is refused")
    void weak() throws Exception {
        gpg.key("Ann", "rsa2048", "sign", "1y");
        assertThat(refusal(gpg.sign(ARCHIVE, "Ann", "--digest-algo", "SHA1"), trusted("Ann")))
                .hasMessage("its OpenPGP signature is by the digest [2], which is too weak or not known; SHA-256 is the"
                        + " least");
        assertThat(refusal(gpg.sign(ARCHIVE, "Ann", "--digest-algo", "RIPEMD160"), trusted("Ann")))
                .hasMessageContaining("the digest [3]");
        assertThat(refusal(gpg.sign(ARCHIVE, "Ann", "--textmode"), trusted("Ann")))
                .hasMessage("its OpenPGP signature is of the type [1], and not one over a file as it is");
        assertThat(verify(gpg.sign(ARCHIVE, "Ann", "--digest-algo", "SHA256"), trusted("Ann"))
                        .key())
                .isZero();
    }

    @ParameterizedTest(name = "by a key of the kind [{0}] cannot be: the key is too weak")
    @ValueSource(strings = {"rsa1024", "dsa1024", "secp256k1"})
    void weakKeys(String algorithm) throws Exception {
        gpg.key("Ann", algorithm, "sign", "1y");
        Refused refused = catchThrowableOfType(Refused.class, () -> form.key(gpg.export("Ann")));
        assertThat(refused.stage()).isEqualTo(Stage.RIGHT);
        assertThat(refused)
                .hasMessageStartingWith("no part of the OpenPGP key [")
                .hasMessageContaining("strong enough");
        // One that was written into a trust file by hand.
        byte[] key = Certificate.read(gpg.export("Ann")).encoded();
        assertThat(refusal(gpg.sign(ARCHIVE, "Ann", "--digest-algo", "SHA256"), key))
                .hasMessageContaining("is too weak or of a kind that does not count");
    }

    @Test
    @DisplayName("by a key that may not sign is refused when the key is trusted")
    void useless() throws Exception {
        gpg.key("Ann", "ed25519", "cert", "1y");
        assertThat(catchThrowableOfType(Refused.class, () -> form.key(gpg.export("Ann"))))
                .hasMessageStartingWith("no part of the OpenPGP key [");
    }

    @Test
    @DisplayName("by a key that has expired lets nothing new in, and keeps what it let in before")
    void expired() throws Exception {
        gpg.at("20250101T000000").key("Ann", "ed25519", "sign", "2025-07-01");
        byte[] signature = gpg.sign(ARCHIVE, "Ann");
        byte[] key = Certificate.read(gpg.export("Ann")).encoded();
        assertThat(refusal(signature, key))
                .hasMessageEndingWith("that signed it has expired, so nothing new comes in by it");
        assertThat(catchThrowableOfType(
                        Refused.class,
                        () -> form.verify(
                                ARCHIVE, signature, List.of(key), Instant.parse("2025-06-01T00:00:00Z"), false)))
                .as("while it was valid")
                .isNull();
        assertThat(form.verify(ARCHIVE, signature, List.of(key), NOW, true).key())
                .as("comes back")
                .isZero();
    }

    @Test
    @DisplayName("that was made after its key had expired is refused, also for what comes back")
    void late() throws Exception {
        gpg.at("20240101T000000").key("Ann", "ed25519", "sign", "never");
        byte[] signature = gpg.at("20260101T000000").sign(ARCHIVE, "Ann");
        gpg.at("20240601T000000").run(new byte[0], "--quick-set-expire", gpg.fingerprint("Ann"), "2025-01-01");
        byte[] key = Certificate.read(gpg.export("Ann")).encoded();
        assertThat(refusal(NOW, true, signature, key))
                .hasMessageContaining("it was signed at [2026-01-01T00:00:00Z], when");
    }

    @Test
    @DisplayName("by a key that its owner took back is refused")
    void revoked() throws Exception {
        gpg.key("Ann", "ed25519", "sign", "1y");
        byte[] signature = gpg.sign(ARCHIVE, "Ann");
        byte[] before = trusted("Ann");
        assertThat(verify(signature, before).key()).isZero();
        gpg.revoke("Ann");
        byte[] after = Certificate.read(gpg.export("Ann")).encoded();
        for (boolean returning : new boolean[] {false, true}) {
            assertThat(refusal(NOW, returning, signature, after))
                    .hasMessageEndingWith("that signed it was revoked by its owner");
        }
    }

    @Test
    @DisplayName("of the future, or that has expired itself, is refused")
    void times() throws Exception {
        gpg.key("Ann", "ed25519", "sign", "never");
        byte[] signature = gpg.sign(ARCHIVE, "Ann", "--default-sig-expire", "2026-01-10");
        Instant signed = Instant.parse("2026-01-01T00:00:00Z");
        byte[] key = trusted("Ann");
        assertThat(refusal(signature, key)).hasMessage("its OpenPGP signature has expired");
        assertThat(form.verify(ARCHIVE, signature, List.of(key), signed.minus(DetachedCheck.SKEW), false)
                        .key())
                .as("within what clocks may differ")
                .isZero();
        assertThat(refusal(signed.minus(DetachedCheck.SKEW).minusSeconds(1), true, signature, key))
                .hasMessage("it says to be signed at [2026-01-01T00:00:00Z], which is still to come");
    }

    @Test
    @DisplayName(
            "in a file that is too large, has too many, or other things in it, is refused; the first good one of some counts")
    void bounds() throws Exception {
        gpg.key("Ann", "ed25519", "sign", "1y").key("Ben", "ed25519", "sign", "1y");
        byte[] ann = gpg.sign(ARCHIVE, "Ann");
        byte[] ben = gpg.sign(ARCHIVE, "Ben");
        assertThat(verify(join(ben, ann), trusted("Ann")).key()).isZero();
        assertThat(verify(times(ann, DetachedCheck.MAX_SIGNATURES), trusted("Ann"))
                        .key())
                .isZero();
        assertThat(refusal(times(ann, DetachedCheck.MAX_SIGNATURES + 1), trusted("Ann")))
                .hasMessage("its OpenPGP signature cannot be read: it has more than [8] packets");

        String damaged = "its OpenPGP signature cannot be read: ";
        assertThat(refusal(new byte[0], trusted("Ann"))).hasMessageStartingWith(damaged);
        assertThat(refusal(Arrays.copyOf(ann, ann.length - 1), trusted("Ann")))
                .hasMessage(damaged + "a packet of it is longer than it is");
        assertThat(refusal(join(ann, "x".getBytes()), trusted("Ann")))
                .hasMessageContaining("there is no packet at its byte");
        byte[] large = Arrays.copyOf(gpg.sign(ARCHIVE, "Ann", "--armor"), Evidence.MAX_SIZE + 1);
        assertThat(refusal(large, trusted("Ann"))).hasMessage(damaged + "it has more than [65536] bytes");
        assertThat(refusal(gpg.export("Ann"), trusted("Ann"))).hasMessageContaining("[-----BEGIN PGP SIGNATURE-----]");
        assertThat(refusal(new byte[] {(byte) 0xc2, (byte) 0xe1, 0}, trusted("Ann")))
                .hasMessage(damaged + "a packet of it comes in pieces");
        assertThat(refusal(new byte[] {(byte) 0x8b, 0}, trusted("Ann")))
                .hasMessage(damaged + "a packet of it has no length");
        assertThat(refusal(new byte[] {(byte) 0xc2, (byte) 0xff, -1, -1, -1, -1}, trusted("Ann")))
                .hasMessage(damaged + "a packet of it is longer than it is");
        assertThat(refusal(new byte[] {(byte) 0x8a, 0, 0}, trusted("Ann")))
                .hasMessage(damaged + "it ends in the middle of a packet");
    }

    private static byte[] join(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] times(byte[] one, int count) {
        byte[][] all = new byte[count][];
        Arrays.fill(all, one);
        return join(all);
    }

    @Test
    @DisplayName("has a key that is one public key, and nothing else")
    void keys() throws Exception {
        gpg.key("Ann", "ed25519", "sign", "1y").key("Ben", "ed25519", "sign", "1y");
        byte[] secret = gpg.run(new byte[0], "--export-secret-keys", "Ann");
        String damaged = "the OpenPGP key cannot be read: ";
        assertThat(keyRefusal(secret)).hasMessage(damaged + "it holds a secret key, which nobody else should have");
        byte[] both = gpg.run(new byte[0], "--export", "Ann", "Ben");
        assertThat(keyRefusal(both)).hasMessage(damaged + "it has to hold one key, first of all, and not [2]");
        assertThat(keyRefusal(gpg.sign(ARCHIVE, "Ann"))).hasMessageStartingWith(damaged);
        assertThat(keyRefusal("ssh-ed25519 AAAA".getBytes())).hasMessageStartingWith(damaged);
        assertThat(keyRefusal(join(gpg.export("Ann"), gpg.export("Ben")))).hasMessageContaining("more than one part");
    }

    private Refused keyRefusal(byte[] file) {
        return catchThrowableOfType(Refused.class, () -> form.key(file));
    }

    @ParameterizedTest(name = "that was damaged by chance never counts as another one: {0}")
    @CsvSource({"ed25519, 1", "rsa2048, 2", "nistp256, 3"})
    void fuzzed(String algorithm, long seed) throws Exception {
        gpg.key("Ann", algorithm, "sign", "1y");
        byte[] key = trusted("Ann");
        byte[] signature = gpg.sign(ARCHIVE, "Ann");
        Verified good = verify(signature, key);
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] mutated = mutate(signature, random);
            byte[] otherKey = random.nextInt(4) == 0 ? mutate(key, random) : key;
            try {
                // What is not signed of a signature may change, but not what it says.
                assertThat(verify(mutated, otherKey)).as("round %s", i).isEqualTo(good);
            } catch (Refused e) {
                refused++;
            }
            byte[] otherArchive = mutate(ARCHIVE, random);
            if (!Arrays.equals(otherArchive, ARCHIVE)) {
                Refused other = catchThrowableOfType(
                        Refused.class, () -> form.verify(otherArchive, signature, List.of(key), NOW, false));
                assertThat(other.stage()).isEqualTo(Stage.SIGNATURE);
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
            switch (random.nextInt(4)) {
                case 0 -> mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
                case 2 -> mutated = Arrays.copyOf(mutated, 1 + random.nextInt(mutated.length));
                default -> {
                    int at = random.nextInt(mutated.length);
                    mutated = join(
                            Arrays.copyOf(mutated, at),
                            new byte[] {(byte) random.nextInt(256)},
                            Arrays.copyOfRange(mutated, at, mutated.length));
                }
            }
        }
        return mutated;
    }
}
