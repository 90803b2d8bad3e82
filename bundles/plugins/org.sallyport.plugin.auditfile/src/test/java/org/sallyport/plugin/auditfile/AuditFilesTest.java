package org.sallyport.plugin.auditfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.plugin.PluginException;

@DisplayName("An audit file")
class AuditFilesTest {
    @TempDir
    Path folder;

    private final AuditFiles files = new AuditFiles();

    private AuditLog log(String name) {
        return files.log(folder.resolve(name), "");
    }

    @Test
    @DisplayName("is made with its folders at the first line, not before")
    void lazy() throws IOException {
        AuditLog log = log("a/b/log");
        assertThat(folder).isEmptyDirectory();

        log.append("one");

        assertThat(folder.resolve("a/b/log")).hasContent("one\n");
    }

    @Test
    @DisplayName("is nobody's business but its owner's")
    void mode() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));

        log("log").append("one");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("log"))))
                .isEqualTo("rw-------");
    }

    @Test
    @DisplayName("is appended to, and is complete after each line without being closed")
    void appends() throws IOException {
        Files.writeString(folder.resolve("log"), "old\n");

        AuditLog log = log("log");
        log.append("new");
        assertThat(folder.resolve("log")).hasContent("old\nnew\n");
        log.append("newer");
        assertThat(folder.resolve("log")).hasContent("old\nnew\nnewer\n");
    }

    @Test
    @DisplayName("that ends within a line after a crash gets that line ended first")
    void torn() throws IOException {
        Files.writeString(folder.resolve("log"), "whole\n{\"half\":");

        log("log").append("next");

        assertThat(folder.resolve("log")).hasContent("whole\n{\"half\":\nnext\n");
    }

    @Test
    @DisplayName("begins with its header only when it is new")
    void header() throws IOException {
        files.log(folder.resolve("log"), "h").append("1");
        new AuditFiles().log(folder.resolve("log"), "h").append("2");

        assertThat(folder.resolve("log")).hasContent("h\n1\n2\n");
    }

    @Test
    @DisplayName("is made anew with its header when somebody takes it away")
    void takenAway() throws IOException {
        AuditLog log = new AuditFiles(AuditFiles.LIMIT, 1, Duration.ZERO).log(folder.resolve("log"), "h");
        log.append("1");
        Files.move(folder.resolve("log"), folder.resolve("elsewhere"));

        log.append("2");

        assertThat(folder.resolve("elsewhere")).hasContent("h\n1\n");
        assertThat(folder.resolve("log")).hasContent("h\n2\n");
    }

    @Test
    @DisplayName("that was taken away gets lines for a while more, and none of them is lost")
    void takenAwayUnderLoad() throws IOException {
        AuditLog log = log("log");
        log.append("0");
        Files.move(folder.resolve("log"), folder.resolve("elsewhere"));

        int last = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Files.notExists(folder.resolve("log")) && System.nanoTime() - end < 0) {
            log.append(String.valueOf(++last));
        }

        List<String> found = new ArrayList<>(Files.readAllLines(folder.resolve("elsewhere")));
        found.addAll(Files.readAllLines(folder.resolve("log")));
        assertThat(found)
                .isEqualTo(
                        IntStream.rangeClosed(0, last).mapToObj(String::valueOf).toList());
    }

    @Nested
    @DisplayName("that would grow beyond its limit")
    class Rotating {
        private final AuditFiles small = new AuditFiles(10, 3, AuditFiles.LOOK);

        private List<String> names() throws IOException {
            try (var names = Files.list(folder)) {
                return names.map(path -> path.getFileName().toString()).sorted().toList();
            }
        }

        @Test
        @DisplayName("is kept aside, up to so many former ones")
        void rotates() throws IOException {
            AuditLog log = small.log(folder.resolve("log"), "h");

            for (int i = 1; i <= 6; i++) {
                log.append("line" + i);
            }

            assertThat(names()).containsExactly("log", "log.1", "log.2", "log.3");
            assertThat(folder.resolve("log")).hasContent("h\nline6\n");
            assertThat(folder.resolve("log.1")).hasContent("h\nline5\n");
            assertThat(folder.resolve("log.3")).hasContent("h\nline3\n");
        }

        @Test
        @DisplayName("may be exactly as long as its limit")
        void edge() throws IOException {
            AuditLog log = small.log(folder.resolve("log"), "");

            log.append("1234");
            log.append("5678");
            assertThat(names()).containsExactly("log");
            log.append("");
            assertThat(names()).containsExactly("log", "log.1");
        }

        @Test
        @DisplayName("takes a single line that is longer than the limit")
        void longLine() throws IOException {
            AuditLog log = small.log(folder.resolve("log"), "");

            log.append("x".repeat(50));
            log.append("y");

            assertThat(folder.resolve("log.1")).hasContent("x".repeat(50) + "\n");
            assertThat(folder.resolve("log")).hasContent("y\n");
        }

        @Test
        @DisplayName("fills the gap of an interrupted rotation, and loses none of the older files")
        void gap() throws IOException {
            Files.writeString(folder.resolve("log"), "current123\n");
            Files.writeString(folder.resolve("log.2"), "two");
            Files.writeString(folder.resolve("log.3"), "three");

            small.log(folder.resolve("log"), "").append("next");

            assertThat(folder.resolve("log.1")).hasContent("current123\n");
            assertThat(folder.resolve("log.2")).hasContent("two");
            assertThat(folder.resolve("log.3")).hasContent("three");
        }

        @Test
        @DisplayName("goes on in the new file also for a second plugin version that has the old one open")
        void twoWriters() throws IOException {
            AuditLog first = small.log(folder.resolve("log"), "");
            AuditLog second = new AuditFiles(10, 3, AuditFiles.LOOK).log(folder.resolve("log"), "");
            first.append("11111");
            second.append("222");
            first.append("33333");
            second.append("444");

            assertThat(folder.resolve("log.1")).hasContent("11111\n222\n");
            assertThat(folder.resolve("log")).hasContent("33333\n444\n");
        }
    }

    @Nested
    @DisplayName("that cannot be written")
    class Failing {
        @Test
        @DisplayName("because it is a folder fails the record, and works once the folder is gone")
        void folderInTheWay() throws IOException {
            Files.createDirectory(folder.resolve("log"));
            AuditLog log = log("log");

            assertThatThrownBy(() -> log.append("lost"))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.code()).isEqualTo("audit_write_failed"))
                    .hasMessageContaining(folder.resolve("log").toString())
                    .hasMessageContaining("it is a folder");
            Files.delete(folder.resolve("log"));
            log.append("kept");

            assertThat(folder.resolve("log")).hasContent("kept\n");
        }

        @Test
        @DisplayName("because its parent is a file fails the record, and works once that is gone")
        void fileInTheWay() throws IOException {
            Files.writeString(folder.resolve("sub"), "");
            AuditLog log = log("sub/log");

            assertThatThrownBy(() -> log.append("lost")).isInstanceOf(PluginException.class);
            Files.delete(folder.resolve("sub"));
            log.append("kept");

            assertThat(folder.resolve("sub/log")).hasContent("kept\n");
        }

        @Test
        @DisplayName("because the disk is full fails each record")
        void fullDisk() throws IOException {
            Path full = Path.of("/dev/full");
            assumeTrue(Files.exists(full));
            AuditLog log = files.log(full, "");

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> log.append("lost"))
                        .isInstanceOf(PluginException.class)
                        .hasMessageContaining("No space left");
            }
        }

        @Test
        @DisplayName("because the disk is full for a while goes on by itself")
        void fullForAWhile() throws IOException {
            Path full = Path.of("/dev/full");
            assumeTrue(Files.exists(full));
            Files.createSymbolicLink(folder.resolve("log"), full);
            RotatingFile file = new RotatingFile(folder.resolve("log"), new byte[0], 100, 1, AuditFiles.LOOK);
            assertThatThrownBy(() -> file.append("lost\n".getBytes())).isInstanceOf(IOException.class);

            Files.delete(folder.resolve("log"));
            file.append("kept\n".getBytes());

            assertThat(folder.resolve("log")).hasContent("kept\n");
        }

        @Test
        @DisplayName("because it is a pipe fails at once instead of waiting for a reader")
        void pipe() throws Exception {
            Process made = new ProcessBuilder("mkfifo", folder.resolve("log").toString()).start();
            assumeTrue(made.waitFor() == 0);

            assertThatThrownBy(() -> log("log").append("lost"))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("no ordinary file");
        }
    }

    @Nested
    @DisplayName("of several auditors")
    class Sharing {
        @Test
        @DisplayName("is one, also when they reach it by different paths")
        void realPath() throws IOException {
            Files.createDirectory(folder.resolve("real"));
            Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
            AuditFiles small = new AuditFiles(8, 3, AuditFiles.LOOK);

            RotatingFile direct = small.acquire(folder.resolve("real/log"), "");
            RotatingFile linked = small.acquire(folder.resolve("link/log"), "");

            assertThat(linked).isSameAs(direct);
        }

        @Test
        @DisplayName("stays open until the last of them is closed")
        void closing() throws IOException {
            AuditLog first = log("log");
            AuditLog second = log("log");
            first.append("1");
            second.append("2");
            first.close();
            first.close();

            second.append("3");

            assertThat(folder.resolve("log")).hasContent("1\n2\n3\n");
            second.close();
            assertThatThrownBy(() -> second.append("4"))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("closed");
            log("log").append("5");
            assertThat(folder.resolve("log")).hasContent("1\n2\n3\n5\n");
        }

        @Test
        @DisplayName("takes every line whole, however many write at once and however often it is rotated")
        void concurrent() throws Exception {
            AuditFiles small = new AuditFiles(2_000, 1_000, AuditFiles.LOOK);
            int writers = 8;
            int lines = 200;
            var pool = Executors.newFixedThreadPool(writers);
            try {
                List<Future<?>> running = new ArrayList<>();
                for (int w = 0; w < writers; w++) {
                    String name = "writer" + w;
                    AuditLog log = small.log(folder.resolve("log"), "");
                    running.add(pool.submit(() -> IntStream.range(0, lines).forEach(i -> log.append(name + ":" + i))));
                }
                for (Future<?> one : running) {
                    one.get();
                }
            } finally {
                pool.shutdown();
            }

            List<String> found = new ArrayList<>();
            try (var all = Files.list(folder)) {
                for (Path path : all.toList()) {
                    found.addAll(Files.readAllLines(path));
                }
            }
            assertThat(found)
                    .hasSize(writers * lines)
                    .doesNotHaveDuplicates()
                    .allMatch(l -> l.matches("writer\\d:\\d+"));
        }

        @Test
        @DisplayName("fails the record of an interrupted thread, and no other")
        void interrupted() throws Exception {
            AuditLog log = log("log");
            log.append("before");
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> log.append("interrupted")).isInstanceOf(PluginException.class);
            assertThat(Thread.interrupted()).isTrue();

            log.append("after");

            assertThat(folder.resolve("log")).hasContent("before\nafter\n");
        }
    }

    @Nested
    @DisplayName("named in the settings")
    class Named {
        @Test
        @DisplayName("by a relative path lies in the plugin's folder, by an absolute one where it says")
        void resolves() {
            assertThat(AuditFiles.resolve(folder, "/f", "a/log")).isEqualTo(folder.resolve("a/log"));
            assertThat(AuditFiles.resolve(folder, "/f", "/var/log/x")).isEqualTo(Path.of("/var/log/x"));
        }

        @ParameterizedTest(name = "[{0}]")
        @ValueSource(strings = {"", " ", "../log", "a/../../log", "/", "a\0b", ".", "a/.."})
        @DisplayName("by something that is no file of its own is refused")
        void refuses(String value) {
            assertThatThrownBy(() -> AuditFiles.resolve(folder, "/output_file", value))
                    .isInstanceOfSatisfying(
                            SettingsException.class, e -> assertThat(e.path()).isEqualTo("/output_file"));
        }
    }
}
