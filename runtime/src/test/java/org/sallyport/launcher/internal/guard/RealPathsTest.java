package org.sallyport.launcher.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A path")
class RealPathsTest {
    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void make() throws Exception {
        folder = temp.toRealPath();
        Files.createDirectories(folder.resolve("data/deep"));
        Files.writeString(folder.resolve("secret"), "s");
        Files.createSymbolicLink(folder.resolve("data/link"), Path.of("../secret"));
        Files.createSymbolicLink(folder.resolve("data/up"), Path.of(".."));
        Files.createSymbolicLink(folder.resolve("data/nowhere"), Path.of("../made"));
        Files.createSymbolicLink(folder.resolve("data/round"), Path.of("round"));
    }

    private String real(String path, boolean follow) {
        return RealPaths.of(folder + "/" + path, follow);
    }

    @Test
    @DisplayName("leads through links, whether what it leads to is there or not")
    void links() {
        assertThat(real("data/link", true)).isEqualTo(folder + "/secret");
        assertThat(real("data/up/secret", true)).isEqualTo(folder + "/secret");
        assertThat(real("data/up/other", true)).isEqualTo(folder + "/other");
        assertThat(real("data/nowhere", true)).isEqualTo(folder + "/made");
    }

    @Test
    @DisplayName("to a link itself ends there, but its folder is followed")
    void link() {
        assertThat(real("data/link", false)).isEqualTo(folder + "/data/link");
        assertThat(real("data/up/data/link", false)).isEqualTo(folder + "/data/link");
        assertThat(real("data/up/data/nowhere", false)).isEqualTo(folder + "/data/nowhere");
    }

    @Test
    @DisplayName("goes up where its dots say, behind a link and behind nothing")
    void dots() {
        assertThat(real("data/../secret", true)).isEqualTo(folder + "/secret");
        assertThat(real("data/nothing/../../secret", true)).isEqualTo(folder + "/secret");
        assertThat(real("data/up/../x", true)).isEqualTo(folder.getParent() + "/x");
        assertThat(real("data/deep/..", false)).isEqualTo(folder + "/data");
    }

    @Test
    @DisplayName("to what is not there is in its real folder, whether that is there or not")
    void missing() {
        assertThat(real("data/new", true)).isEqualTo(folder + "/data/new");
        assertThat(real("data/up/data/new", false)).isEqualTo(folder + "/data/new");
        assertThat(real("data/nothing/new", true)).isEqualTo(folder + "/data/nothing/new");
        assertThat(real("secret/new", true)).isEqualTo(folder + "/secret/new");
        assertThat(real("data/nowhere/new", true)).isEqualTo(folder + "/made/new");
    }

    @Test
    @DisplayName("in a circle, or with a zero in it, leads nowhere")
    void circle() {
        assertThat(real("data/round", true)).isNull();
        assertThat(real("data/round/x", false)).isNull();
        assertThat(RealPaths.of("/tmp/a\0b", true)).isNull();
    }

    @Test
    @DisplayName("through as many links as the kernel follows is followed, and no further")
    void chain() throws Exception {
        Path end = folder.resolve("end-of-chain");
        for (int i = 0; i <= RealPaths.MAX_LINKS; i++) {
            Files.createSymbolicLink(folder.resolve("chain" + i), i == 0 ? end : folder.resolve("chain" + (i - 1)));
        }

        assertThat(real("chain" + (RealPaths.MAX_LINKS - 1), true)).isEqualTo(end.toString());
        assertThat(real("chain" + RealPaths.MAX_LINKS, true)).isNull();
    }

    @Test
    @DisplayName("of a program is looked for where the JDK does, if the environment does not say where")
    void programs() {
        assertThat(CodeActs.searched("/opt/bin")).isEqualTo("/opt/bin");
        assertThat(CodeActs.searched(null).split(":")).containsExactly("", "/bin", "/usr/bin");
    }

    @Test
    @DisplayName("of the kernel is nobody's, one of the JDK is read by all")
    void places() {
        var all = GuardedJvm.granted(List.of("file.read", "file.write", "file.list"));

        assertThat(FilePlaces.permits(all, "read", "/proc/self/environ", true)).isFalse();
        assertThat(FilePlaces.permits(all, "read", "/dev/mem", true)).isFalse();
        assertThat(FilePlaces.permits(all, "read", "/process", true)).isTrue();
        assertThat(FilePlaces.permits(Acts.NOTHING, "read", "/dev/urandom", true))
                .isTrue();
        assertThat(FilePlaces.permits(
                        Acts.NOTHING, "read", System.getProperty("java.home") + "/lib/security/cacerts", true))
                .isTrue();
        assertThat(FilePlaces.permits(Acts.NOTHING, "write", System.getProperty("java.home") + "/lib/x", true))
                .isFalse();
        assertThat(FilePlaces.permits(Acts.NOTHING, "read", folder + "/secret", true))
                .isFalse();
    }
}
