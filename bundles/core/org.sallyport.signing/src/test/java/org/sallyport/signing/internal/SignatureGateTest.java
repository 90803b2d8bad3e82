package org.sallyport.signing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.Workshop.Author;
import org.sallyport.signing.internal.Workshop.Plugin;
import org.sallyport.signing.internal.format.Envelope;
import org.sallyport.signing.internal.format.Statement;
import org.sallyport.signing.internal.keys.Agreed;
import org.sallyport.signing.internal.keys.TrustedKey;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.plugin.PluginDescriptor.PermissionRequest;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.trust.TrustLevels.Trust;

@DisplayName("The gate signature")
class SignatureGateTest {
    private static final Author ANN = Author.create();
    private static final Author BEN = Author.create();
    private static final Plugin PLUGIN = Plugin.of("p", "1.0.0");

    @TempDir
    private Path keys;

    private Workshop home;

    @BeforeEach
    void home() {
        home = new Workshop(keys).trusts("ann", ANN);
    }

    private static byte[] signed(Plugin plugin) {
        return ANN.sign(plugin.statement(ANN));
    }

    @Nested
    @DisplayName("lets pass")
    class Passes {
        @Test
        @DisplayName("what a trusted key signed, and knows it again without its envelope after a restart")
        void good() {
            assertThat(home.check(PLUGIN, signed(PLUGIN))).isEqualTo(Verdict.PASSED);
            assertThat(home.signing.of("p", "1.0.0"))
                    .contains(new Trust(TrustLevel.INTERNAL, "ann", ANN.key().id(), "dsse"));

            home.signing = home.component(false);
            assertThat(home.refusal(PLUGIN.fromStore())).isEmpty();
        }

        @Test
        @DisplayName("what asks for the permissions that were signed, in any order")
        void permissions() {
            PermissionRequest net = new PermissionRequest("net", Set.of("connect", "listen"), "*:80", "why");
            PermissionRequest file = new PermissionRequest("file", Set.of("read"), "/x", "");

            byte[] envelope = signed(PLUGIN.asking(net, file));
            assertThat(home.refusal(PLUGIN.asking(file, net), envelope)).isEmpty();
            assertThat(home.refusal(PLUGIN.asking(net))).contains("it was made for other permissions");
        }

        @Test
        @DisplayName("what one of several signatures is good for")
        void several() {
            byte[] payload = PLUGIN.statement(ANN).write();
            Envelope.Signed bad = new Envelope.Signed(ANN.key().id(), new byte[64]);
            Envelope envelope =
                    new Envelope(Statement.TYPE, payload, List.of(BEN.over(payload), bad, ANN.over(payload)));

            assertThat(home.refusal(PLUGIN, envelope.write().getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        }

        @Test
        @DisplayName("a version to stand beside the main one, which rests on the key under its own name")
        void beside() {
            home.serves(PLUGIN);
            Plugin next = Plugin.of("p", "2.0.0");
            assertThat(home.refusal(next, signed(next))).isEmpty();
            PluginStatus status = new PluginStatus(
                    "p@2.0.0",
                    "2.0.0",
                    Optional.of(next),
                    "enabled",
                    PluginState.ACTIVE,
                    "",
                    "",
                    Workshop.NOW,
                    next.sha256(),
                    "kept/test",
                    List.of());

            assertThat(home.signing.restsOn(status, ANN.key().id())).isTrue();
            assertThat(home.signing.restsOn(status, next.sha256())).isTrue();
            assertThat(home.signing.restsOn(status, BEN.key().id())).isFalse();
            assertThat(home.signing.restsOn(status, PLUGIN.sha256())).isFalse();
        }

        @Test
        @DisplayName("what either key signed while one follows the other")
        void rotation() {
            Author old = Author.create().valid("2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z");
            Author next = Author.create().valid("2026-06-01T00:00:00Z", null);
            home.trusts("acme", old).trusts("acme", next);
            Plugin first = Plugin.of("q", "1.0.0");
            Plugin second = Plugin.of("q", "1.1.0");

            assertThat(home.refusal(first, old.sign(first.statement(old)))).isEmpty();
            home.serves(first);
            assertThat(home.refusal(second, next.sign(second.statement(next)))).isEmpty();
        }

        @Test
        @DisplayName("from the store what was signed by a key that has expired since")
        void expiredSince() throws Exception {
            Author old = Author.create().valid("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z");
            home.trusts("acme", old);
            byte[] envelope = old.sign(PLUGIN.statement(old, Instant.parse("2026-05-31T23:59:59Z")));

            assertThat(home.refusal(PLUGIN, envelope))
                    .isEqualTo("the key [" + old.key().id()
                            + "] that signed it is valid from [2026-01-01T00:00:00Z] to [2026-06-01T00:00:00Z], so"
                            + " nothing new comes in by it");
            assertThat(home.refusal(PLUGIN.fromStore())).isEmpty();
        }
    }

    @Nested
    @DisplayName("refuses in a sentence of its own")
    class Refuses {
        @Test
        @DisplayName("what nobody signed, and says what to do")
        void unsigned() {
            Verdict verdict = home.check(PLUGIN);

            assertThat(verdict.kind()).isEqualTo(Verdict.Kind.FAIL);
            assertThat(verdict.reason()).isEqualTo("it is not signed");
            assertThat(verdict.next()).contains("plugin:sign");
        }

        @Test
        @DisplayName("an envelope of other bytes, another plugin, version or list of parts")
        void other() {
            String begin = "its envelope does not fit: it was made for ";
            Statement good = PLUGIN.statement(ANN);

            assertThat(home.refusal(PLUGIN, signed(Plugin.of("p", "1.0.1"))))
                    .startsWith(begin + "other bytes, whose SHA-256 is [");
            assertThat(refusal("q", good.version(), good.sbom())).isEqualTo(begin + "the plugin [q]");
            assertThat(refusal("p", "1.0.1", good.sbom())).isEqualTo(begin + "the version [1.0.1]");
            assertThat(refusal("p", "1.0.0", "ab")).isEqualTo(begin + "another list of parts, whose SHA-256 is [ab]");
        }

        private String refusal(String plugin, String version, String sbom) {
            Workshop fresh = new Workshop(keys);
            return fresh.refusal(
                    PLUGIN,
                    ANN.sign(new Statement(
                            plugin,
                            version,
                            PLUGIN.sha256(),
                            List.of(),
                            sbom,
                            Workshop.NOW,
                            ANN.key().encoded())));
        }

        @Test
        @DisplayName("a list of parts that is not the signed one")
        void sbom() {
            Plugin with = Plugin.of("s", "1.0.0", Map.of("META-INF/sbom/bom.json", "{}"));

            assertThat(home.refusal(with, signed(with)))
                    .isEqualTo("its envelope does not fit: it was made for another list of parts, whose SHA-256 is []");
            byte[] good = ANN.sign(new Statement(
                    "s",
                    "1.0.0",
                    with.sha256(),
                    List.of(),
                    TrustedKey.sha256("{}".getBytes(StandardCharsets.UTF_8)),
                    Workshop.NOW,
                    ANN.key().encoded()));
            assertThat(home.refusal(with, good)).isEmpty();
        }

        @Test
        @DisplayName("an unknown key, also one that calls itself by the id of a known one")
        void unknown() {
            assertThat(home.refusal(PLUGIN, BEN.sign(PLUGIN.statement(BEN))))
                    .isEqualTo("the key [" + BEN.key().id() + "] that signed it is not trusted here");

            byte[] payload = PLUGIN.statement(ANN).write();
            Envelope.Signed lying =
                    new Envelope.Signed(ANN.key().id(), BEN.over(payload).bytes());
            assertThat(home.refusal(
                            PLUGIN,
                            new Envelope(Statement.TYPE, payload, List.of(lying))
                                    .write()
                                    .getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(
                            "its signature is not one of the key [" + ANN.key().id() + "] over what it says");
        }

        @Test
        @DisplayName("a signature over the payload alone, or over another type")
        void otherEncoding() throws Exception {
            byte[] payload = PLUGIN.statement(ANN).write();
            byte[] bare = org.sallyport.signing.internal.keys.OwnKeys.ed25519(
                    ANN.pair().getPrivate(), payload);

            assertThat(home.refusal(PLUGIN, envelope(Statement.TYPE, payload, bare)))
                    .contains("is not one of the key");
            assertThat(new Workshop(keys).refusal(PLUGIN, envelope("text/plain", payload, bare)))
                    .isEqualTo("its envelope holds [text/plain], which says nothing of a plugin; [" + Statement.TYPE
                            + "] is wanted");
        }

        private byte[] envelope(String type, byte[] payload, byte[] signature) {
            return new Envelope(
                            type, payload, List.of(new Envelope.Signed(ANN.key().id(), signature)))
                    .write()
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Test
        @DisplayName("an envelope that is damaged or too large")
        void damaged() {
            assertThat(home.refusal(PLUGIN, "{}".getBytes())).startsWith("its envelope is damaged: ");
            byte[] good = signed(PLUGIN);
            byte[] large = new byte[64 << 10];
            java.util.Arrays.fill(large, (byte) ' ');
            System.arraycopy(good, 0, large, 0, good.length);
            assertThat(new Workshop(keys).refusal(PLUGIN, large)).as("64 KiB").isEmpty();
            assertThat(new Workshop(keys.resolve("x"))
                            .trusts("ann", ANN)
                            .refusal(PLUGIN, java.util.Arrays.copyOf(large, large.length + 1)))
                    .isEqualTo("its envelope is damaged: it has more than [65536] bytes");
        }

        @Test
        @DisplayName("a time to come beyond five minutes, and one at which the key was not valid")
        void times() {
            Author late = Author.create().valid("2026-06-10T00:00:00Z", null);
            home.trusts("late", late);
            Plugin other = Plugin.of("late", "1.0.0");

            assertThat(home.refusal(PLUGIN, ANN.sign(PLUGIN.statement(ANN, Workshop.NOW.plusSeconds(300)))))
                    .isEmpty();
            assertThat(home.refusal(other, late.sign(other.statement(late, Workshop.NOW.plusSeconds(301)))))
                    .isEqualTo("it says to be signed at [2026-06-15T12:05:01Z], which is still to come");
            assertThat(new Workshop(keys)
                            .refusal(other, late.sign(other.statement(late, Instant.parse("2026-06-09T23:59:59Z")))))
                    .isEqualTo("it was signed at [2026-06-09T23:59:59Z], and the key ["
                            + late.key().id() + "] is valid from [2026-06-10T00:00:00Z] to [no end]");
        }

        @Test
        @DisplayName("a revoked key and a revoked archive, from the store too")
        void revoked() throws Exception {
            Plugin other = Plugin.of("other", "1.0.0");
            assertThat(home.refusal(PLUGIN, signed(PLUGIN))).isEmpty();
            home.signing.trust.change(set -> set.without(
                    other.sha256(),
                    new org.sallyport.signing.internal.keys.TrustSet.Revocation(Workshop.NOW, "a hole")));
            assertThat(home.refusal(other, signed(other)))
                    .isEqualTo("this very archive was revoked at [2026-06-15T12:00:00Z]: a hole");

            home.signing.trust.change(set -> set.without(
                    ANN.key().id(), new org.sallyport.signing.internal.keys.TrustSet.Revocation(Workshop.NOW, "")));
            assertThat(home.refusal(PLUGIN.fromStore()))
                    .isEqualTo("the key [" + ANN.key().id() + "] that signed it was revoked at [2026-06-15T12:00:00Z]");
        }

        @Test
        @DisplayName("a publisher of other plugins, one to whom the plugin does not belong, and an older version")
        void rights() {
            home.trusts("ben", TrustLevel.INTERNAL, List.of("p", "acme.*"), BEN);
            Plugin foreign = Plugin.of("acmeish", "1.0.0");
            assertThat(home.refusal(foreign, BEN.sign(foreign.statement(BEN))))
                    .isEqualTo("it is signed by [ben], who may sign [p, acme.*] and not [acmeish]");

            assertThat(home.refusal(PLUGIN, signed(PLUGIN))).isEmpty();
            home.serves(PLUGIN);
            Plugin newer = Plugin.of("p", "1.1.0");
            assertThat(home.refusal(newer, BEN.sign(newer.statement(BEN))))
                    .isEqualTo("it is signed by [ben], and the plugin [p] belongs to [ann]");

            assertThat(home.refusal(newer, signed(newer))).isEmpty();
            assertThat(home.refusal(PLUGIN)).as("checked is not in service").isEmpty();
            home.serves(newer);
            home.signing = home.component(false);
            assertThat(home.refusal(PLUGIN))
                    .isEqualTo("its version [1.0.0] is older than [1.1.0], which was in service");
            assertThat(home.refusal(PLUGIN.fromStore())).as("a rollback").isEmpty();
        }

        @Test
        @DisplayName("a shared secret, but in development, where the keys of the home count too")
        void development() throws Exception {
            var secret = home.signing.own.create("shared", TrustedKey.Kind.HMAC);
            byte[] payload =
                    new Statement("p", "1.0.0", PLUGIN.sha256(), List.of(), "", Workshop.NOW, new byte[0]).write();
            byte[] mac = home.signing.own.sign(secret, Envelope.encode(Statement.TYPE, payload));
            byte[] envelope = new Envelope(
                            Statement.TYPE,
                            payload,
                            List.of(new Envelope.Signed(secret.key().id(), mac)))
                    .write()
                    .getBytes(StandardCharsets.UTF_8);

            assertThat(home.refusal(PLUGIN, envelope))
                    .isEqualTo("it is signed with the shared secret [shared], which counts in development alone");
            Workshop development = new Workshop(keys, true);
            assertThat(development.refusal(PLUGIN, envelope)).isEmpty();
            assertThat(development.signing.of("p", "1.0.0"))
                    .contains(new Trust(
                            TrustLevel.INTERNAL, "developer", secret.key().id(), "hmac", Agreed.ALL));
            mac[0]++;
            Plugin other = Plugin.of("o", "1.0.0");
            assertThat(development.refusal(other, envelope)).contains("other bytes");
        }
    }

    @Test
    @DisplayName("takes the least of what plugin, signer and operator say as the level")
    void level() throws Exception {
        home.trusts("ben", TrustLevel.PARTNER, List.of("*"), BEN);
        Plugin partner = Plugin.of("b", "1.0.0");
        Plugin modest = Plugin.of("m", "1.0.0").wanting(TrustLevel.UNTRUSTED);
        Plugin limited = Plugin.of("l", "1.0.0");
        Files.writeString(
                home.signing.trust.file(),
                Files.readString(home.signing.trust.file())
                        .replace("\"limits\": {", "\"limits\": {\"l\": \"partner\""));

        assertThat(home.refusal(partner, BEN.sign(partner.statement(BEN)))).isEmpty();
        assertThat(home.refusal(modest, signed(modest))).isEmpty();
        assertThat(home.refusal(limited, signed(limited))).isEmpty();
        assertThat(home.refusal(PLUGIN, signed(PLUGIN))).isEmpty();
        assertThat(List.of(partner, modest, limited, PLUGIN))
                .extracting(plugin -> home.signing.levelOf(plugin))
                .containsExactly(TrustLevel.PARTNER, TrustLevel.UNTRUSTED, TrustLevel.PARTNER, TrustLevel.INTERNAL);
        assertThat(home.signing.levelOf(Plugin.of("never", "1.0.0"))).isEqualTo(TrustLevel.UNTRUSTED);

        assertThat(home.signing.ofArchive(PLUGIN.sha256()).orElseThrow().level())
                .isEqualTo(TrustLevel.INTERNAL);
        assertThat(home.signing.ofArchive(partner.sha256()).orElseThrow().level())
                .isEqualTo(TrustLevel.PARTNER);
        Plugin sameVersion = Plugin.of("p", "1.0.0", Map.of("other", "bytes"));
        assertThat(home.signing.ofArchive(sameVersion.sha256()))
                .as("level of other bytes")
                .isEmpty();
    }

    @Test
    @DisplayName("trusts a key at its first use if the operator says so, and binds the plugin to it")
    void firstUse() throws Exception {
        assertThat(home.refusal(PLUGIN, BEN.sign(PLUGIN.statement(BEN)))).contains("is not trusted here");
        Files.writeString(home.signing.trust.file(), "{\"first-use\": \"internal\"}");

        assertThat(home.refusal(PLUGIN)).isEmpty();
        home.serves(PLUGIN);
        Plugin newer = Plugin.of("p", "2.0.0");
        assertThat(home.refusal(newer, ANN.sign(newer.statement(ANN)))).contains("is not trusted here");
        assertThat(home.refusal(newer, BEN.sign(newer.statement(BEN)))).isEmpty();

        byte[] payload = Plugin.of("z", "1.0.0").statement(ANN).write();
        Envelope.Signed other =
                new Envelope.Signed(ANN.key().id(), BEN.over(payload).bytes());
        assertThat(home.refusal(
                        Plugin.of("z", "1.0.0"),
                        new Envelope(Statement.TYPE, payload, List.of(other))
                                .write()
                                .getBytes(StandardCharsets.UTF_8)))
                .contains("is not one of the key");
    }

    @Test
    @DisplayName("could not run while trust file, ledger or kept evidence cannot be read")
    void closed() throws Exception {
        byte[] envelope = signed(PLUGIN);
        for (String file : List.of("trust.json", "ledger.json", "evidence/" + PLUGIN.sha256() + ".json")) {
            Path damaged = keys.resolve(file);
            byte[] before = Files.exists(damaged) ? Files.readAllBytes(damaged) : null;
            Files.createDirectories(damaged.getParent());
            Files.writeString(damaged, "{ \"what\": ");
            home.signing = home.component(false);

            Verdict verdict = home.check(PLUGIN, envelope);
            assertThat(verdict.kind()).as(file).isEqualTo(Verdict.Kind.COULD_NOT_RUN);
            assertThat(verdict.reason()).as(file).contains(damaged.toString());
            if (before == null) {
                Files.delete(damaged);
            } else {
                Files.write(damaged, before);
            }
        }
        home.signing = home.component(false);
        assertThat(home.refusal(PLUGIN, envelope)).isEmpty();
    }

    @Test
    @DisplayName("refuses when the ledger cannot be written, and goes on when it can")
    void ledgerNotWritten() throws Exception {
        assertThat(home.refusal(PLUGIN, signed(PLUGIN))).isEmpty();
        Path ledger = Files.createDirectories(keys.resolve("ledger.json/in the way"));
        home.serves(PLUGIN);

        assertThat(home.refusal(PLUGIN)).contains("ledger.json");
        Files.delete(ledger);
        Files.delete(ledger.getParent());
        home.signing = home.component(false);
        assertThat(home.refusal(PLUGIN)).isEmpty();
    }

    @Test
    @DisplayName("keeps what an operator set back, whatever else comes into service meanwhile")
    void setBack() throws Exception {
        Plugin newer = Plugin.of("p", "2.0.0");
        Plugin other = Plugin.of("q", "1.0.0");
        assertThat(home.refusal(newer, signed(newer))).isEmpty();
        assertThat(home.refusal(other, signed(other))).isEmpty();
        home.serves(newer);
        assertThat(home.refusal(PLUGIN, signed(PLUGIN))).contains("is older than [2.0.0]");
        Ledger.Entry known = home.signing.ledger.of("p").orElseThrow();
        home.signing.ledger.set("p", new Ledger.Entry(Version.parseVersion("0.5.0"), known.trust()));

        home.serves(newer, other);

        assertThat(home.refusal(PLUGIN, signed(PLUGIN))).isEmpty();
        home.serves(PLUGIN, other);
        home.serves(newer, other);
        assertThat(home.refusal(PLUGIN, signed(PLUGIN))).contains("is older than [2.0.0]");
    }

    @Test
    @DisplayName("remembers over a restart what came into service, also where the last line is half written")
    void ledgerLog() throws Exception {
        for (int plugin = 0; plugin < 3; plugin++) {
            Plugin one = Plugin.of("p" + plugin, "2.0.0");
            assertThat(home.refusal(one, signed(one))).isEmpty();
            home.serves(one);
        }
        assertThat(keys.resolve("ledger.log")).content().hasLineCount(2).contains("\"p1\"", "\"p2\"");
        Files.writeString(keys.resolve("ledger.log"), "1234 {\"p1\": {\"hi", StandardOpenOption.APPEND);

        for (int start = 0; start < 2; start++) {
            home.signing = home.component(false);
            for (int plugin = 0; plugin < 3; plugin++) {
                Plugin older = Plugin.of("p" + plugin, "1.0.0");
                assertThat(home.refusal(older, signed(older))).contains("is older than [2.0.0]");
            }
            Plugin next = Plugin.of("next" + start, "1.0.0");
            assertThat(home.refusal(next, signed(next))).isEmpty();
            home.serves(next);
            assertThat(home.signing.ledger.of("next" + start)).isPresent();
        }
    }

    @Test
    @DisplayName("could not run while a line of the ledger's log is damaged")
    void ledgerLogDamaged() throws Exception {
        for (Plugin one : List.of(PLUGIN, Plugin.of("q", "1.0.0"))) {
            assertThat(home.refusal(one, signed(one))).isEmpty();
            home.serves(one);
        }
        Path log = keys.resolve("ledger.log");
        String whole = Files.readString(log);
        Files.writeString(log, whole.replace("\"q\"", "\"p\""));
        home.signing = home.component(false);

        Verdict verdict = home.check(PLUGIN);
        assertThat(verdict.kind()).isEqualTo(Verdict.Kind.COULD_NOT_RUN);
        assertThat(verdict.reason()).contains("[1] lines of", "ledger.log");
        Files.writeString(log, whole);
        assertThat(home.refusal(PLUGIN)).isEmpty();
    }

    @Test
    @DisplayName("reads both alphabets of Base64, as the specification asks")
    void alphabets() {
        String text = new String(signed(PLUGIN), StandardCharsets.UTF_8);
        String type = "\"" + Statement.TYPE + "\"";
        String url =
                text.replace(type, "TYPE").replace('+', '-').replace('/', '_').replace("TYPE", type);

        assertThat(home.refusal(PLUGIN, url.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
}
