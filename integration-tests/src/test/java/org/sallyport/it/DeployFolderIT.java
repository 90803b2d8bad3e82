package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.hook.Hooks.CollectHook;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;

/** What people and tools do to the deploy folder of a running Sallyport. */
@DisplayName("In the deploy folder of a running Sallyport")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployFolderIT {
    @TempDir
    private static Path home;

    @TempDir
    private Path folder;

    private Sallyport sallyport;
    private CollectHook<String, String> names;
    private Path deploy;
    private final Set<String> ids = new TreeSet<>();

    @BeforeAll
    void start() throws Exception {
        sallyport = Sallyport.builder().home(Signer.TESTS.trustedIn(home)).start();
        names = sallyport.hooks("it").collect("names", String.class, String.class);
        deploy = sallyport.home().resolve("deploy");
    }

    @AfterAll
    void stop() {
        sallyport.close();
    }

    /** What is removed goes, whatever it was; so each test begins with an empty folder. */
    @AfterEach
    void empty() throws Exception {
        try (Stream<Path> files = Files.walk(deploy)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(deploy)) {
                    Files.delete(file);
                }
            }
        }
        serve();
        Await.until("nothing is listed", () -> sallyport.plugins().list().isEmpty());
        // The ledger remembers what was in service; each test begins with versions of its own.
        ids.forEach(this::letOlderIn);
        ids.clear();
    }

    private void letOlderIn(String id) {
        try {
            sallyport.run("plugin", "pin", id, "--lowest", "0.0.0");
        } catch (PluginException e) {
            assertThat(e.code()).as("it never was in service").isEqualTo("not_found");
        }
    }

    @Test
    @DisplayName("fifty files that come at once all serve, and all go when they are removed at once")
    void simultaneous() throws Exception {
        List<Path> files = new ArrayList<>();
        TreeSet<String> all = new TreeSet<>();
        for (int i = 10; i < 60; i++) {
            Path half = Files.write(deploy.resolve("p" + i + ".part"), plugin("p" + i, "1.0.0"));
            files.add(half);
            all.add("p" + i + " 1.0.0");
        }
        for (Path half : files) {
            Files.move(half, jar(half));
        }

        serve(all.toArray(String[]::new));
        for (Path half : files) {
            Files.delete(jar(half));
        }
        serve();
    }

    private static Path jar(Path half) {
        return half.resolveSibling(half.getFileName().toString().replace(".part", ".jar"));
    }

    @Test
    @DisplayName(
            "a file that is written slowly in the place of a good one is taken when it is whole; the good one serves on")
    void halfWritten() throws Exception {
        drop("x.jar", plugin("x", "1.0.0"));
        serve("x 1.0.0");
        byte[] next = plugin("x", "2.0.0");

        try (OutputStream out = Files.newOutputStream(deploy.resolve("x.jar"))) {
            for (int from = 0; from < next.length; from += next.length / 8 + 1) {
                out.write(next, from, Math.min(next.length / 8 + 1, next.length - from));
                out.flush();
                Thread.sleep(100);
                assertThat(names.collect("")).containsExactly("x 1.0.0");
            }
        }

        serve("x 2.0.0");
    }

    @Test
    @DisplayName("a file that stays half leaves the good one in service, and says so until it is mended")
    void staysHalf() throws Exception {
        drop("x.jar", plugin("x", "1.0.0"));
        serve("x 1.0.0");
        byte[] next = plugin("x", "2.0.0");

        drop("x.jar", Arrays.copyOf(next, next.length / 2));
        Await.until("the half file is noted", () -> note("x.jar").contains("cut off"));
        assertThat(names.collect("")).containsExactly("x 1.0.0");

        drop("x.jar", next);
        serve("x 2.0.0");
        Await.until("the note is gone", () -> note("x.jar").isEmpty());
    }

    @Test
    @DisplayName("a renamed file goes on serving, also when two names are exchanged")
    void renamed() throws Exception {
        drop("a.jar", plugin("a", "1.0.0"));
        drop("b.jar", plugin("b", "1.0.0"));
        serve("a 1.0.0", "b 1.0.0");

        Files.move(deploy.resolve("a.jar"), deploy.resolve("c.jar"));
        Await.until("a comes from c.jar", () -> origin("a").equals("deploy/c.jar"));
        Files.move(deploy.resolve("b.jar"), deploy.resolve("b.part"));
        Files.move(deploy.resolve("c.jar"), deploy.resolve("b.jar"));
        Files.move(deploy.resolve("b.part"), deploy.resolve("c.jar"));
        Await.until("a comes from b.jar", () -> origin("a").equals("deploy/b.jar"));
        Await.until("b comes from c.jar", () -> origin("b").equals("deploy/c.jar"));
        serve("a 1.0.0", "b 1.0.0");
    }

    @Test
    @DisplayName(
            "an older version in the place of a newer one is refused until an operator lets it in; the newest of many quick changes is the one")
    void older() throws Exception {
        drop("x.jar", plugin("x", "2.0.0"));
        serve("x 2.0.0");
        drop("x.jar", plugin("x", "1.0.0"));
        Await.until("the older one is noted", () -> note("x.jar").contains("is older than [2.0.0]"));
        assertThat(names.collect("")).containsExactly("x 2.0.0");

        letOlderIn("x");
        drop("x.jar", plugin("x", "1.0.0"));
        serve("x 1.0.0");
        for (int i = 3; i < 10; i++) {
            drop("x.jar", plugin("x", i + ".0.0"));
        }
        serve("x 9.0.0");
    }

    @Test
    @DisplayName("folders, links to nothing or in a circle and hidden files bring nothing; a link to a file brings it")
    void links() throws Exception {
        Path elsewhere = Files.write(folder.resolve("elsewhere.bin"), plugin("linked", "1.0.0"));
        Files.createDirectories(deploy.resolve("folder.jar/inner.jar"));
        Files.createSymbolicLink(deploy.resolve("nothing.jar"), folder.resolve("nowhere"));
        Files.createSymbolicLink(deploy.resolve("circle.jar"), deploy.resolve("circle.jar"));
        Files.write(deploy.resolve(".hidden.jar"), plugin("hidden", "1.0.0"));
        Files.write(deploy.resolve("notes.txt"), plugin("text", "1.0.0"));
        Files.createSymbolicLink(deploy.resolve("link.jar"), elsewhere);
        drop("last.jar", plugin("last", "1.0.0"));

        serve("last 1.0.0", "linked 1.0.0");
        Files.delete(deploy.resolve("link.jar"));
        serve("last 1.0.0");
    }

    @Test
    @DisplayName("a file's name may be odd")
    void names() throws Exception {
        List<String> odd = List.of(
                "two words.jar",
                "-rf.jar",
                "%s%n${x}.jar",
                "a'b\"c.jar",
                "..jar..jar",
                "umlaut-ü-日本.jar",
                "line\nbreak.jar",
                "x".repeat(251) + ".jar");
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < odd.size(); i++) {
            try {
                Files.write(deploy.resolve(odd.get(i)), plugin("odd" + i, "1.0.0"));
                wanted.add("odd" + i + " 1.0.0");
            } catch (InvalidPathException | IOException e) {
                // Not a name on this file system.
            }
        }
        assertThat(wanted).hasSizeGreaterThan(4);

        if (Files.exists(deploy.resolve("..jar..jar"))) {
            wanted.remove("odd4 1.0.0"); // Hidden, as its name begins with a dot.
        }
        serve(wanted.toArray(String[]::new));
    }

    @Test
    @DisplayName("a file that cannot be read is noted, and taken when it can")
    void unreadable() throws Exception {
        Path file = Files.write(folder.resolve("x.jar"), plugin("x", "1.0.0"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(file), "The superuser reads everything");

        Files.move(file, deploy.resolve("x.jar"));
        Await.until("it is noted", () -> note("x.jar").contains("cannot be read"));
        Files.setPosixFilePermissions(deploy.resolve("x.jar"), PosixFilePermissions.fromString("rw-------"));
        serve("x 1.0.0");
    }

    @Test
    @DisplayName("another plugin in the same file takes the place of the one before")
    void otherPlugin() throws Exception {
        drop("x.jar", plugin("one", "1.0.0"));
        serve("one 1.0.0");
        drop("x.jar", plugin("two", "1.0.0"));
        serve("two 1.0.0");
        assertThat(sallyport.plugins().find("two").orElseThrow().state()).isEqualTo(PluginState.ACTIVE);
    }

    /** Whole at once, as a good tool does it. */
    private void drop(String name, byte[] content) throws IOException {
        Path half = Files.write(deploy.resolve(name + ".part"), content);
        Files.move(half, deploy.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void serve(String... wanted) throws InterruptedException {
        List<String> sorted = Arrays.stream(wanted).sorted().toList();
        Await.until(
                sorted + " serve",
                () -> names.collect("").stream().sorted().toList().equals(sorted));
    }

    private String note(String file) {
        return sallyport.plugins().list().stream()
                .filter(status -> status.id().contains(file))
                .map(PluginStatus::cause)
                .findFirst()
                .orElse("");
    }

    private String origin(String id) {
        return sallyport.plugins().find(id).map(PluginStatus::origin).orElse("");
    }

    /** Signed; the signature is handed in by itself, so that a file stands alone. */
    private byte[] plugin(String id, String version) {
        ids.add(id);
        return Signer.TESTS.offer(sallyport, NamesPlugin.of(id, version));
    }
}
