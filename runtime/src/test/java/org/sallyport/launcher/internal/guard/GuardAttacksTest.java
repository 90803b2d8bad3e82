package org.sallyport.launcher.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What is tried stands in {@link Attempts}, what each of them needs in {@link GuardedJvm}. */
@DisplayName("A confined class, in a JVM with the guard armed,")
class GuardAttacksTest {
    @TempDir
    Path folder;

    @TestFactory
    @DisplayName("is denied what it was not granted, and with exactly that permission does it:")
    Stream<DynamicTest> attempts() throws Exception {
        Finished jvm = run();
        List<String[]> rows = jvm.output
                .lines()
                .filter(line -> line.startsWith("ROW\t"))
                .map(line -> line.split("\t"))
                .toList();

        assertThat(jvm.output).contains("\nEND");
        assertThat(jvm.exit).isZero();
        assertThat(rows).hasSizeGreaterThan(220);
        return rows.stream()
                .map(row -> DynamicTest.dynamicTest(row[1], () -> {
                    if (!row[2].equals("-")) {
                        assertThat(row[2]).isEqualTo("denied");
                    }
                    if (!row[3].equals("-")) {
                        boolean deletes = row[1].contains("delete") || row[1].contains("statement");
                        assertThat(row[3]).as(row[4]).isEqualTo(deletes ? "done gone" : "done");
                    }
                }));
    }

    @Test
    @DisplayName("ends the process if it was granted that")
    void exits() throws Exception {
        assertThat(run("exit", "jvm.exit").exit).isEqualTo(7);
    }

    @Test
    @DisplayName("halts the process if it was granted that")
    void halts() throws Exception {
        assertThat(run("halt by handle", "jvm.exit").exit).isEqualTo(7);
    }

    @Test
    @DisplayName("is denied a connection before a socket for it is made, which a jail may refuse without a word")
    void isDeniedBeforeThereIsASocket() throws Exception {
        assertThat(run("without sockets").output)
                .contains("without the permission: denied")
                .contains("with the permission: java.lang.IllegalStateException: no sockets here");
    }

    @Test
    @DisplayName(
            "has an HTTP client hand its answers on without threads of its own, also where there is no common pool")
    void asksByHttpWithoutCommonPool() throws Exception {
        assertThat(runWith(1, "http again and again", "net.connect").output).endsWith("done\n");
    }

    private record Finished(int exit, String output) {}

    private Finished run(String... more) throws IOException, InterruptedException {
        return runWith(3, more);
    }

    /** @param shared how many threads the common pool has; with one there is a new thread for each task instead */
    private Finished runWith(int shared, String... more) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // By itself it depends on the machine.
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=" + shared,
                "-javaagent:" + agent(),
                "-cp",
                System.getProperty("java.class.path"),
                GuardedJvm.class.getName(),
                Files.createDirectories(folder.resolve("w")).toString()));
        command.addAll(Arrays.asList(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Finished(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }

    /** Names the agent; its class is on the class path. */
    private Path agent() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", GuardAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        attributes.putValue("Can-Redefine-Classes", "true");
        Path jar = folder.resolve("agent.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }
}
