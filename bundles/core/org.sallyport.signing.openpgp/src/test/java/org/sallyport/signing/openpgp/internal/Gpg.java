package org.sallyport.signing.openpgp.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The real {@code gpg} with a home of its own. */
final class Gpg implements AutoCloseable {
    private final Path home;
    private final List<String> time = new ArrayList<>();

    Gpg() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gpg"))),
                "gpg is not installed; keys and signatures of GnuPG are not tried");
        // Its agent listens there, and a socket's path has to be short.
        home = Files.createTempDirectory(
                "gpg", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** What it takes for the time from now on, such as {@code 20200101T000000}. */
    Gpg at(String when) {
        time.clear();
        time.addAll(List.of("--faked-system-time", when + "!"));
        return this;
    }

    byte[] run(byte[] input, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "gpg",
                "--homedir",
                home.toString(),
                "--batch",
                "--yes",
                "--quiet",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                "",
                "--allow-weak-digest-algos",
                "--allow-weak-key-signatures"));
        command.addAll(time);
        command.addAll(List.of(words));
        Path said = home.resolve("said");
        Path in = Files.write(home.resolve("input"), input);
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectError(said.toFile())
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + Files.readString(said, StandardCharsets.ISO_8859_1));
        }
        return output;
    }

    /** Makes a key; its user id is the name. */
    Gpg key(String name, String algorithm, String use, String expires) throws Exception {
        run(new byte[0], "--quick-generate-key", name, algorithm, use, expires);
        return this;
    }

    String fingerprint(String name) throws Exception {
        return new String(run(new byte[0], "--with-colons", "--list-keys", name), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":")[9])
                .findFirst()
                .orElseThrow();
    }

    byte[] export(String name) throws Exception {
        return run(new byte[0], "--armor", "--export", name);
    }

    byte[] sign(byte[] archive, String name, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("--local-user", name));
        words.addAll(List.of(more));
        words.add("--detach-sign");
        return run(archive, words.toArray(String[]::new));
    }

    /** Takes a key back by the certificate that was made with it. */
    void revoke(String name) throws Exception {
        Path file = home.resolve("openpgp-revocs.d").resolve(fingerprint(name) + ".rev");
        run(Files.readString(file).replace(":-----BEGIN", "-----BEGIN").getBytes(StandardCharsets.UTF_8), "--import");
    }

    @Override
    public void close() throws Exception {
        ProcessBuilder end = new ProcessBuilder("gpgconf", "--homedir", home.toString(), "--kill", "all");
        end.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
