package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.plugin.PluginState;

/** GnuPG's signatures, through the launcher, with the bundle that is not in the distribution. */
@DisplayName("A plugin that was signed with GnuPG")
class OpenPgpIT {
    @TempDir
    private Path folder;

    private Path gnupg = Path.of("");
    private Path jar = Path.of("");
    private Path key = Path.of("");

    private static Path bundle() throws IOException {
        Path target =
                Path.of(System.getProperty("sallyport.root"), "bundles/core/org.sallyport.signing.openpgp/target");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "org.sallyport.signing.openpgp-*.jar")) {
            return jars.iterator().next();
        }
    }

    @BeforeEach
    void sign() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(at -> Files.isExecutable(Path.of(at, "gpg"))),
                "gpg is not installed");
        gnupg = Files.createTempDirectory("gpg");
        jar = Files.write(folder.resolve("marker.jar"), TestPlugins.marker("marker", "1.0.0", " [1.0.0]"));
        key = folder.resolve("ann.asc");
        gpg("--quick-generate-key", "Ann <ann@example.org>", "ed25519", "sign", "1y");
        gpg("--armor", "--output", key.toString(), "--export", "ann@example.org");
        gpg("--armor", "--detach-sign", jar.toString());
    }

    private void gpg(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "gpg", "--homedir", gnupg.toString(), "--batch", "--pinentry-mode", "loopback", "--passphrase", ""));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    @AfterEach
    void end() throws Exception {
        new ProcessBuilder("gpgconf", "--homedir", gnupg.toString(), "--kill", "all")
                .start()
                .waitFor();
        try (Stream<Path> files = Files.walk(gnupg)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        }
    }

    private Sallyport start() throws IOException {
        return Sallyport.builder()
                .home(folder.resolve("home"))
                .property("sallyport.platform.bundles", bundle().toString())
                .start();
    }

    @Test
    @DisplayName(
            "comes in when its key is trusted, comes back after a restart, and goes when the key is revoked by its fingerprint")
    void life() throws Exception {
        try (Sallyport sallyport = start()) {
            assertThatThrownBy(() -> sallyport.install(jar))
                    .hasMessageContaining("that signed it is not trusted here")
                    .hasMessageContaining("the OpenPGP key [");
            sallyport.run("key", "trust", key.toString(), "--publisher", "ann", "--level", "internal");
            sallyport.install(jar);
            Document info =
                    Rendering.document(sallyport.run("plugin", "info", "marker").orElseThrow());
            assertThat(info.get("publisher").text("")).isEqualTo("ann");
        }
        try (Sallyport sallyport = start()) {
            assertThat(sallyport.plugins().find("marker").orElseThrow().state()).isEqualTo(PluginState.ACTIVE);
            String fingerprint = fingerprint();
            sallyport.run("key", "revoke", fingerprint, "--reason", "lost");
            Await.until(
                    "out of service",
                    () -> sallyport.plugins().find("marker").orElseThrow().state() == PluginState.QUARANTINED);
        }
    }

    private String fingerprint() throws Exception {
        Process process =
                new ProcessBuilder("gpg", "--homedir", gnupg.toString(), "--with-colons", "--list-keys").start();
        return new String(process.getInputStream().readAllBytes())
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":")[9].toLowerCase(java.util.Locale.ROOT))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("stays out where nothing reads that form, and when it was changed")
    void refused() throws Exception {
        try (Sallyport sallyport =
                Sallyport.builder().home(folder.resolve("other")).start()) {
            assertThatThrownBy(() -> sallyport.install(jar))
                    .hasMessageContaining("it has an OpenPGP signature, and nothing here reads that form")
                    .hasMessageContaining("[org.sallyport.signing.openpgp]");
        }
        try (Sallyport sallyport = start()) {
            sallyport.run("key", "trust", key.toString(), "--publisher", "ann", "--level", "internal");
            Path other = Files.write(folder.resolve("other.jar"), TestPlugins.marker("marker", "2.0.0", " [2.0.0]"));
            Files.copy(folder.resolve("marker.jar.asc"), folder.resolve("other.jar.asc"));
            assertThatThrownBy(() -> sallyport.install(other)).hasMessageContaining("over this file");
        }
    }
}
