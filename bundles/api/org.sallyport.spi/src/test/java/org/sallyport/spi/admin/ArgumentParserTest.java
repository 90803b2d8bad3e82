package org.sallyport.spi.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.AdminVerb.Parameter.Kind;

@DisplayName("Words of a command")
class ArgumentParserTest {
    private static final String USAGE = "Usage: x:copy FILE [NAME] [--times NUMBER] [--note VALUE] [--force]";
    private static final AdminVerb VERB = new AdminVerb() {
        @Override
        public String scope() {
            return "x";
        }

        @Override
        public String name() {
            return "copy";
        }

        @Override
        public String summary() {
            return "Copies";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(
                    Parameter.argument("file", Kind.FILE, "what to copy"),
                    new Parameter("name", Kind.TEXT, false, false, "what to call it"),
                    Parameter.option("times", Kind.NUMBER, "how often"),
                    Parameter.option("note", Kind.TEXT, "what to remember"),
                    Parameter.option("force", Kind.FLAG, "even so"));
        }

        @Override
        public Role role() {
            return Role.OPERATOR;
        }

        @Override
        public @Nullable Object run(Arguments arguments) {
            return null;
        }
    };

    private static Arguments parse(String... words) {
        return ArgumentParser.parse("x:copy", VERB, List.of(words), Path.of("/here"));
    }

    private static void assertRefused(String message, String... words) {
        assertThatThrownBy(() -> parse(words))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo(ArgumentParser.USAGE))
                .hasMessage(message + ". " + USAGE);
    }

    @Test
    @DisplayName("become arguments, with options anywhere and files relative to the folder")
    void parses() {
        var arguments = parse("--times", "-3", "a/../b.jar", "--note=--odd=", "--force", "n");

        assertThat(arguments.file("file")).isEqualTo(Path.of("/here/b.jar"));
        assertThat(arguments.required("name")).isEqualTo("n");
        assertThat(arguments.required("times")).isEqualTo("-3");
        assertThat(arguments.required("note")).isEqualTo("--odd=");
        assertThat(arguments.flag("force")).isTrue();
    }

    @Test
    @DisplayName("are positional after two dashes, and a dash alone is a word")
    void positional() {
        assertThat(parse("-", "--", "--force").values())
                .containsOnly(java.util.Map.entry("file", "-"), java.util.Map.entry("name", "--force"));
    }

    @Test
    @DisplayName("that make no sense are refused with a sentence and the usage")
    void refused() {
        assertRefused("[FILE] is missing");
        assertRefused("There is no place for [c]", "a", "b", "c");
        assertRefused("Option [--nope] is unknown; the options are [--times, --note, --force]", "a", "--nope");
        assertRefused("Option [-f] is unknown; the options are [--times, --note, --force]", "-f");
        assertRefused("Option [--force] takes no value", "a", "--force=yes");
        assertRefused("Option [--force] is given twice", "a", "--force", "--force");
        assertRefused(
                "Option [--note] needs a value; one that begins with a dash is given as [--note=VALUE]", "a", "--note");
        assertRefused(
                "Option [--note] needs a value; one that begins with a dash is given as [--note=VALUE]",
                "a",
                "--note",
                "--force");
        assertRefused("[--times NUMBER] has to be a whole number, and [1.5] is none", "a", "--times", "1.5");
        assertRefused(
                "[--times NUMBER] has to be a whole number, and [9223372036854775808] is none",
                "a",
                "--times=9223372036854775808");
        assertRefused("[FILE] has to be a file, and [] cannot be one", "");
        assertRefused("[FILE] has to be a file, and [a\0b] cannot be one", "a\0b");
    }

    @Test
    @DisplayName("are at most a thousand")
    void many() {
        assertThatThrownBy(() -> ArgumentParser.parse("x:copy", VERB, Collections.nCopies(1_001, "a"), Path.of("/")))
                .hasMessageContaining("There are [1001] words, more than the limit of [1000]");
        assertThatThrownBy(() -> ArgumentParser.parse("x:copy", VERB, Collections.nCopies(1_000, "a"), Path.of("/")))
                .hasMessageContaining("There is no place for [a]");
    }

    @Test
    @DisplayName("ask for help before two dashes only")
    void help() {
        assertThat(ArgumentParser.asksForHelp(List.of("a", "--help"))).isTrue();
        assertThat(ArgumentParser.asksForHelp(List.of("-h"))).isTrue();
        assertThat(ArgumentParser.asksForHelp(List.of("--", "--help"))).isFalse();
        assertThat(ArgumentParser.help("x:copy", VERB)).isEqualTo("""
                        Copies
                        Usage: x:copy FILE [NAME] [--times NUMBER] [--note VALUE] [--force]
                          FILE            what to copy
                          NAME            what to call it
                          --times NUMBER  how often
                          --note VALUE    what to remember
                          --force         even so""");
    }
}
