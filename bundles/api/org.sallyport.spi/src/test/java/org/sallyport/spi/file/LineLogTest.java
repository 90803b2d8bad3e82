package org.sallyport.spi.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A log of lines")
class LineLogTest {
    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("some.log");
    }

    @Test
    @DisplayName("holds what was appended, over several openings, and nothing if it is not there")
    void appends() throws IOException {
        assertThat(LineLog.read(path)).isEqualTo(new LineLog.Content(java.util.List.of(), 0, false));
        try (LineLog log = LineLog.empty(path)) {
            log.append("one");
            log.append("");
            log.force();
            assertThat(log.length()).isEqualTo(Files.size(path));
        }
        try (LineLog log = LineLog.open(path)) {
            assertThat(log.length()).isEqualTo(Files.size(path));
            log.append("zwei — ünï");
        }

        assertThat(LineLog.read(path).lines()).containsExactly("one", "", "zwei — ünï");
        assertThat(LineLog.read(path).isClean()).isTrue();
    }

    @Test
    @DisplayName("begins anew in the place of another one")
    void empties() throws IOException {
        try (LineLog log = LineLog.empty(path)) {
            log.append("x".repeat(1_000));
        }
        try (LineLog log = LineLog.empty(path)) {
            log.append("y");
        }

        assertThat(LineLog.read(path).lines()).containsExactly("y");
    }

    @Test
    @DisplayName("tells lines that are as they were written from others, and from one that was cut off")
    void damaged() throws IOException {
        try (LineLog log = LineLog.empty(path)) {
            log.append("one");
            log.append("two");
        }
        String text = Files.readString(path);
        Files.writeString(path, text.replace("one", "ono") + "\nno sum\n" + text);
        Files.writeString(path, "12ab cut", StandardOpenOption.APPEND);

        LineLog.Content content = LineLog.read(path);

        assertThat(content.lines()).containsExactly("two", "one", "two");
        assertThat(content.damaged()).isEqualTo(3);
        assertThat(content.torn()).isTrue();
        assertThat(content.isClean()).isFalse();
    }

    @Test
    @DisplayName("belongs to its owner alone")
    void ownerOnly() throws IOException {
        LineLog.empty(path).close();

        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
        }
    }
}
