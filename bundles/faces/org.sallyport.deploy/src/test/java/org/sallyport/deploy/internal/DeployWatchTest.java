package org.sallyport.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.sallyport.deploy.internal.Jars.half;
import static org.sallyport.deploy.internal.Jars.jar;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admission.PluginAdmin;

@DisplayName("The watch on the deploy folder")
class DeployWatchTest {
    private static final Duration ALMOST_SETTLED = DeployWatch.SETTLE.minusNanos(1);
    private static final Duration NANO = Duration.ofNanos(1);

    @TempDir
    Path home;

    private final LogLines log = new LogLines();
    private Looks looks;
    private MemoryAdmin admin;

    @BeforeEach
    void firstLook() throws Exception {
        looks = new Looks(home);
        admin = looks.admin;
    }

    @AfterEach
    void close() {
        looks.close();
        log.close();
    }

    private void inService(String name, String id, String version) throws Exception {
        looks.look();
        looks.put(name, jar(id, version));
        looks.settle();
        assertThat(admin.takeEvents()).containsExactly("install " + id + " " + version + " deploy/" + name);
    }

    @Nested
    @DisplayName("on a file that arrives")
    class Arrival {
        @Test
        @DisplayName("makes the folder, and hands the file over when two looks found it alike")
        void settles() throws Exception {
            looks.look();
            looks.put("a.jar", jar("a", "1.0.0"));

            assertThat(looks.look()).isTrue();
            assertThat(looks.lookAfter(ALMOST_SETTLED)).isTrue();
            assertThat(admin.events).isEmpty();

            assertThat(looks.lookAfter(NANO)).isFalse();
            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/a.jar");
            looks.settle();
            assertThat(admin.events).hasSize(1);
            assertThat(log.lines()).isEmpty();
        }

        @Test
        @DisplayName("waits as long as it changes")
        void changing() throws Exception {
            looks.look();
            for (int i = 1; i <= 5; i++) {
                looks.write("a.jar", jar("a", i + ".0.0"));
                looks.lookAfter(DeployWatch.SETTLE);
            }
            assertThat(admin.events).isEmpty();

            looks.settle();
            assertThat(admin.events).containsExactly("install a 5.0.0 deploy/a.jar");
        }

        @Test
        @DisplayName("waits longer for a file that looks half written, then lets admission say what is wrong")
        void halfWritten() throws Exception {
            looks.look();
            looks.put("a.jar", half(jar("a", "1.0.0")));
            looks.look();
            looks.lookAfter(DeployWatch.QUIET.minusNanos(1));
            assertThat(admin.events).isEmpty();

            looks.lookAfter(NANO);
            assertThat(admin.events).containsExactly("failed deploy/a.jar");
            assertThat(admin.notes).containsEntry("deploy/a.jar", "The archive is cut off");
            assertThat(log.lines())
                    .containsExactly("WARN Plugin file [deploy/a.jar] was not taken: The archive is cut off");
        }

        @Test
        @DisplayName("takes a half file whose rest comes late as one")
        void slowCopy() throws Exception {
            byte[] jar = jar("a", "1.0.0");
            looks.look();
            looks.write("a.jar", half(jar));
            looks.look();
            looks.lookAfter(DeployWatch.QUIET.minusNanos(1));
            looks.write("a.jar", jar);
            looks.settle();

            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/a.jar");
        }

        @Test
        @DisplayName("looks at nothing but regular files named *.jar that are not hidden")
        void others() throws Exception {
            looks.look();
            byte[] jar = jar("a", "1.0.0");
            for (String name : List.of("x.jar.part", "x.tmp", ".x.jar", "x.zip", "jar")) {
                looks.write(name, jar);
            }
            Files.createDirectories(looks.deploy.resolve("folder.jar"));
            Files.createDirectories(looks.deploy.resolve("sub"));
            Files.write(looks.deploy.resolve("sub/x.jar"), jar);
            Files.createSymbolicLink(looks.deploy.resolve("nowhere.jar"), home.resolve("nothing"));
            looks.settle();
            looks.lookAfter(DeployWatch.QUIET);

            assertThat(admin.events).isEmpty();
            assertThat(admin.notes).isEmpty();
            assertThat(log.lines()).isEmpty();
        }

        @Test
        @DisplayName("follows a link to a file, and sees when another file lies there")
        void link() throws Exception {
            looks.look();
            Path target = Files.write(home.resolve("target"), jar("a", "1.0.0"));
            Files.createSymbolicLink(looks.deploy.resolve("a.jar"), target);
            looks.settle();
            Files.delete(target);
            Files.write(home.resolve("other"), jar("a", "2.0.0"));
            Files.move(home.resolve("other"), target);
            looks.settle();

            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/a.jar", "install a 2.0.0 deploy/a.jar");
        }

        @Test
        @DisplayName("sees that a file was replaced by one of the same size and time")
        void sameSizeAndTime() throws Exception {
            inService("a.jar", "a", "1.0.0");
            Path old = looks.deploy.resolve("a.jar");
            Path next = Files.write(home.resolve("next"), jar("a", "2.0.0"));
            Files.setLastModifiedTime(next, Files.getLastModifiedTime(old));
            assumeThat(Files.size(next)).isEqualTo(Files.size(old));
            Files.move(next, old, StandardCopyOption.ATOMIC_MOVE);
            looks.settle();

            assertThat(admin.events).containsExactly("install a 2.0.0 deploy/a.jar");
        }

        @Test
        @DisplayName("hands many files over, in the order of their names")
        void many() throws Exception {
            looks.look();
            for (int i = 199; i >= 100; i--) {
                looks.put("p" + i + ".jar", jar("p" + i, "1.0.0"));
            }
            looks.settle();

            assertThat(admin.events)
                    .isEqualTo(IntStream.range(100, 200)
                            .mapToObj(i -> "install p" + i + " 1.0.0 deploy/p" + i + ".jar")
                            .toList());
        }

        @Test
        @DisplayName("does not read a file that is larger than admission takes, and says so")
        void tooLarge() throws Exception {
            looks.look();
            try (var file = new RandomAccessFile(looks.deploy.resolve("a.jar").toFile(), "rw")) {
                file.setLength(PluginAdmin.MAX_ARCHIVE + 1);
            }
            looks.look();
            looks.lookAfter(DeployWatch.QUIET);

            assertThat(admin.events).isEmpty();
            assertThat(admin.notes)
                    .containsEntry(
                            "deploy/a.jar",
                            "The file has [67108865] bytes, and no more than [67108864] are taken."
                                    + " Replace it by a smaller build of the plugin.");
            assertThat(log.lines()).hasSize(1);
        }

        @Test
        @DisplayName("tries a file that changes on the way to admission again")
        void changesBeforeReading() throws Exception {
            var release = new CountDownLatch(1);
            inService("b.jar", "b", "1.0.0");
            admin.hooks.put("b", () -> awaitQuietly(release));
            looks.put("b.jar", jar("b", "2.0.0"));
            looks.look();
            looks.pass(DeployWatch.SETTLE);
            looks.lookOnly();

            looks.put("c.jar", jar("c", "1.0.0"));
            looks.lookOnly();
            looks.pass(DeployWatch.SETTLE);
            looks.lookOnly();
            looks.put("c.jar", jar("c", "2.0.0"));
            release.countDown();
            looks.settle();

            assertThat(admin.events).containsExactly("install b 2.0.0 deploy/b.jar", "install c 2.0.0 deploy/c.jar");
            assertThat(log.lines()).isEmpty();
        }

        @Test
        @DisplayName("says once that a file cannot be read, though it tries again")
        void unreadable() throws Exception {
            Path memory = Path.of("/proc/self/mem");
            assumeThat(memory).exists();
            looks.look();
            Files.createSymbolicLink(looks.deploy.resolve("a.jar"), memory);
            for (int i = 0; i < 5; i++) {
                looks.lookAfter(DeployWatch.QUIET);
            }

            assertThat(admin.notes.get("deploy/a.jar"))
                    .startsWith("The file cannot be read (IOException). Let the account of the runtime read it");
            assertThat(log.lines()).hasSize(1);

            looks.put("a.jar", jar("a", "1.0.0"));
            looks.settle();
            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/a.jar");
            assertThat(admin.notes).isEmpty();
        }

        @Test
        @DisplayName("takes a file that becomes readable without a change")
        void readable() throws Exception {
            looks.look();
            looks.put("a.jar", jar("a", "1.0.0"));
            Files.setPosixFilePermissions(looks.deploy.resolve("a.jar"), PosixFilePermissions.fromString("---------"));
            // For root every file is readable.
            assumeThat(Files.isReadable(looks.deploy.resolve("a.jar"))).isFalse();
            looks.look();
            looks.lookAfter(DeployWatch.QUIET);
            assertThat(admin.notes).containsKey("deploy/a.jar");

            Files.setPosixFilePermissions(looks.deploy.resolve("a.jar"), PosixFilePermissions.fromString("r--------"));
            looks.lookAfter(DeployWatch.QUIET);
            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/a.jar");
            assertThat(admin.notes).isEmpty();
        }
    }

    @Nested
    @DisplayName("on a file that admission does not take")
    class Failure {
        @Test
        @DisplayName("tries it again only when it changes, and clears the note then")
        void once() throws Exception {
            admin.hooks.put("a", () -> {
                throw new PluginException("refused", "Its signer\nis unknown");
            });
            looks.look();
            looks.put("a.jar", jar("a", "1.0.0"));
            looks.settle();
            looks.settle();
            assertThat(admin.takeEvents()).containsExactly("failed deploy/a.jar");
            assertThat(admin.notes).containsEntry("deploy/a.jar", "Its signer\nis unknown");
            assertThat(log.lines())
                    .containsExactly("WARN Plugin file [deploy/a.jar] was not taken: Its signer\\nis unknown");

            admin.hooks.clear();
            looks.put("a.jar", jar("a", "1.0.1"));
            looks.settle();
            assertThat(admin.events).containsExactly("install a 1.0.1 deploy/a.jar");
            assertThat(admin.notes).isEmpty();
        }

        @Test
        @DisplayName("survives what nobody foresaw, errors included")
        void unforeseen() throws Exception {
            admin.hooks.put("a", () -> {
                throw new IllegalStateException("boom");
            });
            admin.hooks.put("b", () -> {
                throw new OutOfMemoryError("tests");
            });
            looks.look();
            looks.put("a.jar", jar("a", "1.0.0"));
            looks.put("b.jar", jar("b", "1.0.0"));
            looks.put("c.jar", jar("c", "1.0.0"));
            looks.settle();

            assertThat(admin.events)
                    .containsExactly("failed deploy/a.jar", "failed deploy/b.jar", "install c 1.0.0 deploy/c.jar");
            assertThat(admin.notes)
                    .containsEntry("deploy/a.jar", "java.lang.IllegalStateException: boom")
                    .containsEntry("deploy/b.jar", "java.lang.OutOfMemoryError: tests");
        }

        @Test
        @DisplayName("notes nothing if the plugin says itself why it is not in service")
        void ownStatus() throws Exception {
            admin.hooks.put("a", () -> {
                admin.quarantine("a", "Its start threw", "deploy/a.jar");
                throw new PluginException("failed_start", "Its start threw");
            });
            looks.look();
            looks.put("a.jar", jar("a", "1.0.0"));
            looks.settle();

            assertThat(admin.notes).isEmpty();
            assertThat(log.lines()).hasSize(1);
        }

        @Test
        @DisplayName("leaves in service what a good file brought before a bad one lay over it")
        void badOverGood() throws Exception {
            inService("a.jar", "a", "1.0.0");

            looks.put("a.jar", half(jar("a", "2.0.0")));
            looks.look();
            looks.lookAfter(DeployWatch.QUIET);
            looks.settle();
            assertThat(admin.takeEvents()).containsExactly("failed deploy/a.jar");
            assertThat(admin.plugins.get("a").version()).isEqualTo("1.0.0");
            assertThat(admin.notes).containsEntry("deploy/a.jar", "The archive is cut off");

            admin.hooks.put("a", () -> {
                throw new PluginException("refused", "Its signer is unknown");
            });
            looks.put("a.jar", jar("a", "2.0.0"));
            looks.settle();
            assertThat(admin.notes).containsEntry("deploy/a.jar", "Its signer is unknown");

            looks.delete("a.jar");
            looks.settle();
            assertThat(admin.notes).isEmpty();
            assertThat(admin.plugins).isEmpty();
        }

        @Test
        @DisplayName("tries a duplicate again when the plugin that it would double is gone")
        void duplicate() throws Exception {
            inService("a.jar", "a", "1.0.0");
            admin.hooks.put("a", () -> {
                if (admin.plugins.containsKey("a")) {
                    throw new PluginException("duplicate", "There is one already");
                }
            });
            looks.put("b.jar", jar("a", "2.0.0"));
            looks.settle();
            assertThat(admin.takeEvents()).containsExactly("failed deploy/b.jar");

            looks.delete("a.jar");
            looks.settle();
            assertThat(admin.events).containsExactly("uninstall a", "install a 2.0.0 deploy/b.jar");
            assertThat(admin.notes).isEmpty();
        }
    }

    @Nested
    @DisplayName("when a look fails")
    class FailingLook {
        @Test
        @DisplayName("says so once, and goes on when looks succeed again")
        void folder() throws Exception {
            Files.writeString(looks.deploy, "a file where the folder should be");
            for (int i = 0; i < 3; i++) {
                assertThat(looks.look()).isFalse();
            }
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().get(0))
                    .startsWith(
                            "WARN Deploy folder [" + looks.deploy + "] cannot be looked at (java.nio.file.FileAlready")
                    .endsWith("; it is tried again every [500] ms");

            Files.delete(looks.deploy);
            inService("a.jar", "a", "1.0.0");
        }

        @Test
        @DisplayName("says each kind of failure once, also what admission throws")
        void kinds() throws Exception {
            admin.listHook = () -> {
                throw new IllegalStateException("not yet");
            };
            looks.look();
            looks.look();
            admin.listHook = () -> {
                throw new StackOverflowError();
            };
            looks.look();
            assertThat(log.lines()).hasSize(2);

            admin.listHook = () -> {};
            inService("a.jar", "a", "1.0.0");
        }

        @Test
        @DisplayName("makes a folder again that was removed, with one warning, and its files count as removed")
        void folderRemoved() throws Exception {
            inService("a.jar", "a", "1.0.0");
            looks.delete("a.jar");
            Files.delete(looks.deploy);
            looks.settle();

            assertThat(looks.deploy).isDirectory();
            assertThat(admin.takeEvents()).containsExactly("uninstall a");
            assertThat(log.lines()).hasSize(1);
            inService("b.jar", "b", "1.0.0");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
