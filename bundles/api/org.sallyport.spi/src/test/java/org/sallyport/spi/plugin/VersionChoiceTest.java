package org.sallyport.spi.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.Stage;

@DisplayName("A choice of a version")
class VersionChoiceTest {
    private record Known(Version version, Stage stage) {
        static Known of(String version, Stage stage) {
            return new Known(new Version(version), stage);
        }
    }

    private static final List<Known> ALL = List.of(
            Known.of("2.0.0", Stage.STABLE),
            Known.of("1.0.0", Stage.STABLE),
            Known.of("1.9.0", Stage.DEPRECATED),
            Known.of("1.5.0", Stage.DEPRECATED),
            Known.of("3.0.0", Stage.BETA));

    private static String picked(String choice) {
        Optional<Known> picked = VersionChoice.parse(choice).pick(ALL, Known::version, Known::stage);
        return picked.map(known -> known.version().toString()).orElse("none");
    }

    @Test
    @DisplayName("takes the highest stable one in its range")
    void stable() {
        assertThat(picked("1")).isEqualTo("2.0.0");
        assertThat(picked("[1,2)")).isEqualTo("1.0.0");
        assertThat(picked("[1,2]")).isEqualTo("2.0.0");
        assertThat(picked("4")).isEqualTo("none");
    }

    @Test
    @DisplayName("takes a deprecated one if there is no stable one, the highest")
    void deprecated() {
        assertThat(picked("(1,2)")).isEqualTo("1.9.0");
        assertThat(picked("[1.5,1.6)")).isEqualTo("1.5.0");
    }

    @Test
    @DisplayName("takes a beta one if it asks for it, or for that one alone")
    void beta() {
        assertThat(picked("3")).isEqualTo("none");
        assertThat(picked("3 beta")).isEqualTo("3.0.0");
        assertThat(picked("beta")).isEqualTo("3.0.0");
        assertThat(picked("[1,2] beta")).isEqualTo("2.0.0");
        assertThat(picked("[3,3]")).isEqualTo("3.0.0");
    }

    @Test
    @DisplayName("takes the first of equals")
    void equals() {
        List<String> same = List.of("a", "b");
        assertThat(VersionChoice.parse("1").pick(same, any -> new Version("1.0"), any -> Stage.STABLE))
                .contains("a");
    }

    @Test
    @DisplayName("is read from what it says of itself, up to 200 characters; what is none is told")
    void text() {
        for (String text : List.of("[1,2)", " 1.2 ", "beta", "[1,2) beta")) {
            VersionChoice choice = VersionChoice.parse(text);
            assertThat(VersionChoice.parse(choice.toString())).isEqualTo(choice);
        }
        String blanks = " ".repeat(VersionChoice.MAX_LENGTH - 1);
        assertThat(VersionChoice.parse(blanks + "1")).isEqualTo(VersionChoice.parse("1"));
        for (String none : List.of("", " ", "newest", "[1,", "1.x", "alphabeta", blanks + "10")) {
            assertThatThrownBy(() -> VersionChoice.parse(none))
                    .as(none)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("chooses no version: write a range such as [1.2,2)");
        }
    }
}
