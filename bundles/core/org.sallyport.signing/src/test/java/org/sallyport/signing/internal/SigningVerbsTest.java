package org.sallyport.signing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.signing.internal.Workshop.Plugin;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.ArgumentParser;
import org.sallyport.spi.admin.Rendering;

@DisplayName("The verbs of keys and signatures")
class SigningVerbsTest {
    private static final Plugin PLUGIN = Plugin.of("p", "1.0.0");

    @TempDir
    private Path folder;

    private Workshop home;
    private final List<String> revoked = new ArrayList<>();
    private final List<AdminVerb> verbs = new ArrayList<>();

    @BeforeEach
    void verbs() throws Exception {
        home = new Workshop(folder.resolve("keys"));
        verbs.addAll(new PluginSigning(home.signing, (archive, origin) -> PLUGIN).verbs());
        verbs.addAll(new KeyAdmin(home.signing, (what, why) -> revoked.add(what + " " + why)).verbs());
        Files.write(folder.resolve("p.jar"), PLUGIN.archive());
    }

    private String run(String scope, String name, String... words) {
        AdminVerb verb = verbs.stream()
                .filter(one -> one.scope().equals(scope) && one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return Rendering.json(verb.run(ArgumentParser.parse(scope + ":" + name, verb, List.of(words), folder)));
    }

    private String failure(String scope, String name, String... words) {
        return catchThrowableOfType(PluginException.class, () -> run(scope, name, words))
                .getMessage();
    }

    @Test
    @DisplayName("sign with a key that is made, and let it in when that is trusted")
    void ownKey() throws Exception {
        assertThat(failure("plugin", "verify", "p.jar")).startsWith("It would not be let in: it is not signed. ");

        run("plugin", "sign", "p.jar");
        assertThat(folder.resolve("p.jar.dsse.json")).exists();
        assertThat(failure("plugin", "verify", "p.jar"))
                .isEqualTo(
                        "It would not be let in: it is signed by the key [own] of this home, which is not trusted yet."
                                + " Trust it with 'key:trust own'");

        run("key", "trust", "own");
        assertThat(run("plugin", "verify", "p.jar")).contains("\"publisher\": \"own\"", "\"level\": \"internal\"");
        assertThat(home.signing.evidence.of(PLUGIN.sha256()))
                .as("kept by looking")
                .isEmpty();
        assertThat(run("key", "list")).contains("\"name\": \"own\"", "\"state\": \"trusted\"");
    }

    @Test
    @DisplayName("keep private parts to the owner of the home")
    void modes() throws Exception {
        run("key", "create", "mine");
        run("key", "create", "secret", "--kind", "hmac");
        run("key", "trust", "mine");

        try (var files = Files.walk(folder.resolve("keys"))) {
            files.forEach(file -> assertThat(modes(file))
                    .as(file.toString())
                    .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
        }
        assertThat(folder.resolve("keys/own/mine.key")).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
    }

    private static String modes(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("trust a key of somebody else by its file, for what is said and no more")
    void others() throws Exception {
        Workshop elsewhere = new Workshop(folder.resolve("elsewhere"));
        var key = elsewhere.signing.own.create("theirs", org.sallyport.signing.internal.keys.TrustedKey.Kind.ED25519);
        Files.copy(folder.resolve("elsewhere/own/theirs.pub"), folder.resolve("acme.pub"));

        assertThat(failure("key", "trust", "acme.pub", "--publisher", "acme")).contains("how far it is trusted");
        assertThat(failure("key", "trust", "nowhere.pub")).contains("nor a file");
        assertThat(run(
                        "key",
                        "trust",
                        "acme.pub",
                        "--publisher",
                        "acme",
                        "--level",
                        "partner",
                        "--plugins",
                        "acme.*,x",
                        "--to",
                        "2027-01-01T00:00:00Z"))
                .contains("\"level\": \"partner\"", "\"plugins\": \"acme.*,x\"", "[2027-01-01T00:00:00Z]");
        assertThat(run("key", "trust", key.key().id(), "--level", "internal"))
                .contains("\"publisher\": \"acme\"", "\"level\": \"internal\"", "\"plugins\": \"acme.*,x\"");
        assertThat(failure("key", "trust", key.key().id(), "--publisher", "ben", "--level", "internal"))
                .contains("belongs to [acme]");
        Files.writeString(folder.resolve("key.pem"), Files.readString(folder.resolve("elsewhere/own/theirs.key")));
        assertThat(failure("key", "trust", "key.pem", "--publisher", "x", "--level", "internal"))
                .contains("neither a public key nor a certificate");
    }

    @Test
    @DisplayName("revoke a key by name, id or archive, and tell of it after it is written")
    void revoke() {
        run("plugin", "sign", "p.jar");
        run("key", "trust", "own");
        run("key", "revoke", "own", "--reason", "lost");
        run("key", "revoke", PLUGIN.sha256());

        assertThat(revoked).hasSize(2).last().isEqualTo(PLUGIN.sha256() + " ");
        assertThat(failure("plugin", "verify", "p.jar")).contains("this very archive was revoked");
        assertThat(failure("key", "revoke", "nothing")).contains("[nothing] is neither");
        assertThat(run("key", "list")).contains("\"state\": \"revoked: lost\"");
    }

    @Test
    @DisplayName("export the public part, and never a secret")
    void export() {
        run("key", "create", "mine");
        run("key", "create", "secret", "--kind", "hmac");

        assertThat(run("key", "export", "mine")).contains("BEGIN PUBLIC KEY").doesNotContain("PRIVATE");
        assertThat(failure("key", "export", "secret")).contains("shared secret");
        assertThat(failure("key", "trust", "secret")).contains("proves no publisher");
        assertThat(failure("key", "create", "mine")).contains("there is a key [mine] already");
        assertThat(failure("key", "create", "../x")).contains("is no name for a key");
        assertThat(failure("key", "create", "x", "--kind", "rsa")).contains("[rsa]");
    }

    @Test
    @DisplayName("pin a plugin to a publisher and a version, once it was in service")
    void pin() {
        assertThat(failure("plugin", "pin", "p", "--lowest", "0.5.0")).contains("nobody's yet");
        run("plugin", "sign", "p.jar");
        run("key", "trust", "own");
        home.signing.check(PLUGIN);
        assertThat(home.refusal(PLUGIN, read("p.jar.dsse.json"))).isEmpty();
        home.serves(PLUGIN);

        assertThat(run("plugin", "pin", "p", "--lowest", "0.5.0"))
                .contains("\"lowest\": \"0.5.0\"", "\"publisher\": \"own\"");
        assertThat(run("plugin", "pin", "p", "--publisher", "acme")).contains("\"publisher\": \"acme\"");
        assertThat(home.refusal(PLUGIN)).contains("belongs to [acme]");
        assertThat(failure("plugin", "pin", "p", "--lowest", "one")).contains("[one] is no version");
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
