package org.sallyport.launcher.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.spi.sandbox.DiskQuota;

@DisplayName("A quota of the disk")
class DiskUseTest {
    @TempDir
    private Path folder;

    private final AtomicLong clock = new AtomicLong(1);
    private Path data;
    private DiskUse use;

    @BeforeEach
    void prepare() throws IOException {
        folder = folder.toRealPath();
        data = Files.createDirectory(folder.resolve("data"));
        Files.write(data.resolve("there"), new byte[40]);
        use = new DiskUse(new DiskQuota(List.of(data), 100, 3), clock::get);
    }

    @Test
    @DisplayName("has room up to its last byte, beside what is there already")
    void bytes() {
        assertThat(use.take(60, 60, 0)).isTrue();
        assertThat(use.take(1, 1, 0))
                .as("counted, not on the disk yet; then looked at")
                .isTrue();

        DiskUse other = new DiskUse(new DiskQuota(List.of(data), 100, 3), clock::get);
        assertThat(other.take(61, 61, 0)).isFalse();
        assertThat(other.take(60, 60, 0)).isTrue();
    }

    @Test
    @DisplayName("has room up to its last file, folders among them")
    void files() throws IOException {
        Files.createDirectory(data.resolve("inner"));
        assertThat(use.open(data.resolve("new"), true)).isTrue();
        Files.createFile(data.resolve("new"));

        assertThat(use.open(data.resolve("newer"), true)).isFalse();
        assertThat(use.open(data.resolve("new"), false)).as("one that is there").isTrue();
    }

    @Test
    @DisplayName("counts what a plugin adds elsewhere, not what it found there")
    void elsewhere() throws IOException {
        Path shared = Files.write(folder.resolve("shared"), new byte[1_000]);
        assertThat(use.open(shared, false)).isTrue();
        assertThat(use.take(60, 60, 0)).isTrue();
        Files.write(shared, new byte[1_060]);

        assertThat(use.take(1, 1, 0)).isFalse();
        Files.write(shared, new byte[1_000]);
        use.removed();
        assertThat(use.take(1, 1, 0)).isTrue();
    }

    @Test
    @DisplayName("has room again for what was removed: at once if the plugin did it, else in a moment")
    void removed() throws IOException {
        Files.write(data.resolve("big"), new byte[60]);
        assertThat(use.take(1, 1, 0)).isFalse();

        Files.delete(data.resolve("big"));
        assertThat(use.take(1, 1, 0)).isFalse();
        clock.addAndGet(DiskUse.PAUSE + 1);
        assertThat(use.take(1, 1, 0)).isTrue();
    }

    @Test
    @DisplayName("looks what is there when more was written than fits, whatever was said of it")
    void written() throws IOException {
        assertThat(use.take(0, 90, 0)).isTrue();
        Files.write(data.resolve("hidden"), new byte[90]);

        assertThat(use.take(0, 101, 0))
                .as("it is full already, but nothing gets longer")
                .isFalse();
    }

    @Test
    @DisplayName("of nothing has room for nothing, and one without a folder for what is elsewhere")
    void none() {
        DiskUse nothing = new DiskUse(new DiskQuota(List.of(), 0, 0), clock::get);
        assertThat(nothing.take(1, 1, 0)).isFalse();
        assertThat(nothing.open(folder.resolve("x"), true)).isFalse();
    }
}
