package org.sallyport.signing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.Workshop.Plugin;
import org.sallyport.signing.internal.keys.Publisher;
import org.sallyport.signing.internal.keys.TrustSet.Revocation;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.ArgumentParser;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.trust.DetachedForm;
import org.sallyport.spi.trust.TrustLevels.Trust;

@DisplayName("A detached signature that another bundle reads")
class DetachedSignatureTest {
    private static final Plugin PLUGIN = Plugin.of("p", "1.0.0");
    private static final String FINGERPRINT = "ab".repeat(20);
    private static final String SUBKEY = "cd".repeat(20);

    /** What a packet of OpenPGP begins with. */
    private static final byte PACKET = (byte) 0x88;

    @TempDir
    private Path folder;

    private final Plain form = new Plain();
    private final TrustedKey key = TrustedKey.of(TrustedKey.Kind.OPENPGP, bytes("key"));
    private Workshop home;

    /** A form whose keys are words, and whose signatures are a key and the archive's digest. */
    private static final class Plain implements DetachedForm {
        private Instant signed = Workshop.NOW;
        private boolean returned;

        @Override
        public String format() {
            return "plain";
        }

        @Override
        public Key key(byte[] file) throws Refused {
            if (file.length > 20) {
                throw new Refused(Stage.FORM, "the key is too long", "Take another");
            }
            return new Key(file, FINGERPRINT);
        }

        @Override
        public Verified verify(byte[] archive, byte[] signature, List<byte[]> keys, Instant today, boolean returning)
                throws Refused {
            returned = returning;
            for (int i = 0; i < keys.size(); i++) {
                if (Arrays.equals(signature, signature(keys.get(i), archive))) {
                    return new Verified(i, List.of(FINGERPRINT, SUBKEY), signed);
                }
            }
            throw new Refused(Stage.KEY, "nobody signed it", "Ask somebody");
        }

        static byte[] signature(byte[] key, byte[] archive) {
            return bytes(new String(key, StandardCharsets.ISO_8859_1) + TrustedKey.sha256(archive));
        }
    }

    private static byte[] bytes(String text) {
        byte[] bytes = ("?" + text).getBytes(StandardCharsets.ISO_8859_1);
        bytes[0] = PACKET;
        return bytes;
    }

    private static byte[] signed(Plugin plugin) {
        return Plain.signature(bytes("key"), plugin.archive());
    }

    @BeforeEach
    void home() throws Exception {
        home = new Workshop(folder.resolve("keys"));
        home.signing.detached = form;
        trust(key, TrustLevel.PARTNER);
    }

    private void trust(TrustedKey one, TrustLevel level) throws Exception {
        home.signing.trust.change(set -> set.with(new Publisher("ann", level, List.of("p*"), Map.of(one.id(), one))));
    }

    @Test
    @DisplayName("lets an archive in as far as its publisher is trusted, and is kept for its next start")
    void good() {
        assertThat(home.refusal(PLUGIN, signed(PLUGIN))).isEmpty();
        assertThat(home.signing.of("p", "1.0.0")).contains(new Trust(TrustLevel.PARTNER, "ann", key.id(), "plain"));

        home.signing = home.component(false);
        home.signing.detached = form;
        assertThat(home.refusal(PLUGIN.fromStore())).isEmpty();
        assertThat(form.returned).isTrue();
    }

    @Test
    @DisplayName("counts for nobody where nothing reads it, and says what would")
    void noForm() throws Exception {
        home.signing.detached = null;
        for (byte[] signature :
                List.of(signed(PLUGIN), "-----BEGIN PGP SIGNATURE-----\n\nx\n".getBytes(StandardCharsets.US_ASCII))) {
            assertThat(home.check(PLUGIN, signature).reason())
                    .isEqualTo("it has an OpenPGP signature, and nothing here reads that form");
            assertThat(home.check(PLUGIN).next()).contains("[org.sallyport.signing.openpgp]");
        }
        assertThat(failure("key", "trust", "some.asc")).contains("nothing here reads that form");
    }

    @Test
    @DisplayName("is refused by the words of what reads it, and one in another form beside it may do instead")
    void refused() {
        assertThat(home.check(PLUGIN, signed(Plugin.of("p", "2.0.0"))).reason()).isEqualTo("nobody signed it");
        assertThat(home.check(PLUGIN).next()).isEqualTo("Ask somebody");

        Workshop.Author ben = Workshop.Author.create();
        home.trusts("ben", ben);
        assertThat(home.refusal(PLUGIN, ben.sign(PLUGIN.statement(ben)))).isEmpty();
    }

    @Test
    @DisplayName("is held to the same rules as others: whose the plugin is, what its publisher may sign, no way back")
    void rules() throws Exception {
        assertThat(home.refusal(Plugin.of("x", "1.0.0"), signed(Plugin.of("x", "1.0.0"))))
                .isEqualTo("it is signed by [ann], who may sign [p*] and not [x]");

        Plugin second = Plugin.of("p", "2.0.0");
        assertThat(home.refusal(second, signed(second))).isEmpty();
        home.serves(second);
        assertThat(home.refusal(PLUGIN, signed(PLUGIN)))
                .isEqualTo("its version [1.0.0] is older than [2.0.0], which was in service");

        Workshop.Author ben = Workshop.Author.create();
        home.trusts("ben", ben);
        Plugin third = Plugin.of("p", "3.0.0");
        assertThat(home.refusal(third, ben.sign(third.statement(ben))))
                .isEqualTo("it is signed by [ben], and the plugin [p] belongs to [ann]");
    }

    @Test
    @DisplayName("does not count when its key, or the part of it that signed, was revoked by an operator")
    void revoked() throws Exception {
        for (String what : List.of(key.id(), FINGERPRINT, SUBKEY)) {
            home = new Workshop(folder.resolve(what));
            home.signing.detached = form;
            trust(key, TrustLevel.PARTNER);
            home.signing.trust.change(set -> set.without(what, new Revocation(Workshop.NOW, "stolen")));
            assertThat(home.refusal(PLUGIN, signed(PLUGIN)))
                    .isEqualTo("the OpenPGP key [" + what + "] that signed it was revoked at [" + Workshop.NOW
                            + "]: stolen");
        }
    }

    @Test
    @DisplayName("does not count outside of the time for which its key is trusted")
    void times() throws Exception {
        TrustedKey limited = new TrustedKey(
                key.id(),
                key.kind(),
                key.encoded(),
                Optional.of(Workshop.NOW.minusSeconds(10)),
                Optional.of(Workshop.NOW));
        trust(limited, TrustLevel.PARTNER);
        form.signed = Workshop.NOW.minusSeconds(5);
        String refusal = "it was signed at [" + form.signed + "], and the OpenPGP key [" + key.id() + "] is trusted "
                + limited.validity();
        assertThat(home.refusal(PLUGIN, signed(PLUGIN))).isEqualTo(refusal);
        assertThat(home.refusal(PLUGIN.fromStore(), signed(PLUGIN)))
                .as("what was let in stays")
                .isEmpty();
        form.signed = Workshop.NOW.minusSeconds(11);
        assertThat(home.refusal(PLUGIN.fromStore(), signed(PLUGIN))).startsWith("it was signed at");
    }

    private AdminVerb verb(String name, List<String> revoked) {
        return new KeyAdmin(home.signing, (what, why) -> revoked.add(what))
                .verbs().stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private String run(List<String> revoked, String name, String... words) {
        AdminVerb verb = verb(name, revoked);
        return Rendering.json(verb.run(ArgumentParser.parse("key:" + name, verb, List.of(words), folder)));
    }

    private String failure(String scope, String name, String... words) throws Exception {
        Files.write(folder.resolve("some.asc"), "-----BEGIN PGP PUBLIC KEY BLOCK-----\n".getBytes());
        return catchThrowableOfType(PluginException.class, () -> run(new ArrayList<>(), name, words))
                .getMessage();
    }

    @Test
    @DisplayName("has keys that are trusted from a file, listed, and revoked by their fingerprints")
    void verbs() throws Exception {
        Files.write(folder.resolve("ben.asc"), bytes("ben"));
        String id = TrustedKey.idOf(bytes("ben"));
        assertThat(run(new ArrayList<>(), "trust", "ben.asc", "--publisher", "ben", "--level", "untrusted"))
                .contains("\"key\": \"" + id + "\"", "\"kind\": \"openpgp\"", "\"level\": \"untrusted\"");
        home = new Workshop(folder.resolve("keys"));
        home.signing.detached = form;
        assertThat(home.signing.trust.get().holder(id)).as("read again").isPresent();
        assertThat(failure("key", "trust", "some.asc", "--publisher", "x", "--level", "partner"))
                .isEqualTo("This cannot be done: the key is too long. Take another");

        List<String> revoked = new ArrayList<>();
        run(revoked, "revoke", FINGERPRINT, "--reason", "lost");
        assertThat(revoked)
                .as("the id of the trusted one, on which plugins rest")
                .hasSize(1)
                .first()
                .isIn(id, key.id());
    }
}
