package org.sallyport.worker.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.spi.permission.Permission;

@DisplayName("The paths that a jail shows for what was granted")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "jails are of Linux, and paths there begin with a slash")
class GrantedPathsTest {
    @TempDir
    Path temporary;

    private Path folder;
    private Path file;
    private Path below;

    @BeforeEach
    void files() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("folder"));
        file = Files.writeString(folder.resolve("file"), "x");
        below = Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("below"), "x");
    }

    @Test
    @DisplayName("are the file itself for the path of one")
    void file() {
        assertThat(shown(file.toString())).containsExactly(file);
    }

    @Test
    @DisplayName("are none for the path of a folder, with which all below it would be there")
    void folderItself() {
        assertThat(shown(folder.toString())).isEmpty();
    }

    @Test
    @DisplayName("are the files in a folder for its children, but no folder and no link")
    void children() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/passwd"));

        assertThat(shown(folder + "/*")).containsExactly(file);
    }

    @Test
    @DisplayName("are the folder for all below it")
    void tree() {
        assertThat(shown(folder + "/**")).containsExactly(folder);
        assertThat(shown(below + "/**")).containsExactly(below);
    }

    @Test
    @DisplayName("are none where a link leads to it, at its end or on the way")
    void links() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("sub"));
        Path toFile = Files.createSymbolicLink(folder.resolve("to-file"), file);

        assertThat(shown(toFile.toString())).isEmpty();
        assertThat(shown(link + "/below")).isEmpty();
        assertThat(shown(link + "/*")).isEmpty();
        assertThat(shown(link + "/**")).isEmpty();
        assertThat(shown(toFile + "/**")).isEmpty();
    }

    @Test
    @DisplayName("are never all of the host's")
    void root() {
        assertThat(shown("/**")).isEmpty();
    }

    @Test
    @DisplayName("are none for what is not there, for a variable, for another action and for another type")
    void others() {
        assertThat(shown(folder + "/none")).isEmpty();
        assertThat(shown(folder + "/none/**")).isEmpty();
        assertThat(shown("${data}/**")).isEmpty();
        assertThat(shown("")).isEmpty();
        assertThat(GrantedPaths.of("p", List.of(Permission.of("file", "write", file.toString())), "read"))
                .isEmpty();
        assertThat(GrantedPaths.of("p", List.of(new Permission("env", "read", file.toString())), "read"))
                .isEmpty();
    }

    @Test
    @DisplayName("are each once, in their order, however many scopes there are for them")
    void sorted() {
        assertThat(shown(below.toString(), folder + "/*", file.toString())).containsExactly(file, below);
    }

    @Test
    @DisplayName("are as many as fit into a command, and no more")
    void bound() throws IOException {
        Path many = Files.createDirectory(folder.resolve("many"));
        for (int i = 0; i < GrantedPaths.MAX_PATHS; i++) {
            Files.createFile(many.resolve("f" + i));
        }
        assertThat(shown(many + "/*")).hasSize(GrantedPaths.MAX_PATHS);

        Files.createFile(many.resolve("one more"));
        Files.createFile(many.resolve("and another"));

        assertThat(shown(many + "/*")).hasSize(GrantedPaths.MAX_PATHS);
        assertThat(shown(many + "/*", many + "/one more")).hasSize(GrantedPaths.MAX_PATHS);
    }

    private static List<Path> shown(String... scopes) {
        return GrantedPaths.of(
                "p",
                Stream.of(scopes)
                        .map(scope -> Permission.of("file", "read", scope))
                        .toList(),
                "read");
    }
}
