package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.felix.framework.Logger;
import org.apache.felix.framework.util.manifestparser.ManifestParser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleException;

@DisplayName("A header's clauses")
@Label("A header's clauses")
class ClauseTest {
    @Test
    @DisplayName("have paths, attributes and directives, quoted or not, typed or not")
    void parts() throws Exception {
        List<Clause> clauses = parse(
                "a.b;c.d;version=\"[1,2)\";size:Long=3;uses:=\"x,y\";note=\"a;b=\\\"c\\\"\" , e ; resolution := optional");

        assertThat(clauses).hasSize(2);
        assertThat(clauses.get(0).paths()).containsExactly("a.b", "c.d");
        assertThat(clauses.get(0).attributes())
                .containsExactly(Map.entry("version", "[1,2)"), Map.entry("size", "3"), Map.entry("note", "a;b=\"c\""));
        assertThat(clauses.get(0).directives()).containsExactly(Map.entry("uses", "x,y"));
        assertThat(clauses.get(1).path()).isEqualTo("e");
        assertThat(clauses.get(1).directives()).containsExactly(Map.entry("resolution", "optional"));
    }

    @Test
    @DisplayName("have lists, with commas that belong to a word")
    void lists() throws Exception {
        Clause clause = parse("x;words:List<String>=\"a, b\\,c ,,d\"").get(0);

        assertThat(clause.list("words")).containsExactly("a", "b,c", "d");
        assertThat(clause.list("none")).isEmpty();
    }

    @ParameterizedTest(name = "without a name are refused: [{0}]")
    @ValueSource(strings = {"", ",", "a,", ",a", "a;;b=c", "a;", "b=c", ";b=c"})
    void noName(String text) {
        assertThat(refusal(text)).isEqualTo("its header [H] has a clause without a name");
    }

    @Test
    @DisplayName("that say something twice or do not end are refused")
    void wrong() {
        assertThat(refusal("a;b=1;b=2")).isEqualTo("its header [H] says [b] twice in one clause");
        assertThat(refusal("a;b:=1;b:=2")).isEqualTo("its header [H] says [b] twice in one clause");
        assertThat(refusal("a;b:Long=1;b=2")).isEqualTo("its header [H] says [b] twice in one clause");
        assertThat(refusal("a;b=\"c")).isEqualTo("its header [H] has a quote that does not end");
        assertThat(refusal("a;b=\"c\\\"")).isEqualTo("its header [H] has a quote that does not end");
    }

    @ParameterizedTest(name = "with a name that has a quote are refused: [{0}]")
    @ValueSource(strings = {"\"a\"", "a;\"b=c\";d", "\",\"\"\""})
    void quotedName(String text) {
        assertThat(refusal(text)).isEqualTo("its header [H] has a name with a quote");
    }

    @ParameterizedTest(name = "with a value that is quoted in part are refused: [{0}]")
    @ValueSource(strings = {"a;b=c\"d\"", "a;b=\"c\"d", "a;b=\"c\"d\"e\"", "a;z=\"x:=\"2\",hidden;z=\"y:=\"2\""})
    void partlyQuoted(String text) {
        assertThat(refusal(text)).isEqualTo("its header [H] has a value that is quoted in part");
    }

    @Test
    @DisplayName("with a backslash outside of quotes are refused")
    void backslash() {
        assertThat(refusal("a;b=\\;hidden")).isEqualTo("its header [H] has a backslash outside of quotes");
    }

    @Test
    @DisplayName("are at most 2,000")
    void most() throws Exception {
        assertThat(parse("a" + ",a".repeat(1_999))).hasSize(2_000);
        assertThat(refusal("a" + ",a".repeat(2_000))).isEqualTo("its header [H] has more than [2000] clauses");
    }

    @Test
    @DisplayName("of a mebibyte are read in one go, whatever they are made of")
    void linear() throws Exception {
        for (String part : List.of("\\", "\"\"", ";a", "=", ":=", ";", " ", "a=\"\\\"\";")) {
            String text = "a;b=\"" + part.repeat((1 << 20) / part.length());
            try {
                parse(text);
            } catch (ArchiveException e) {
                assertThat(e.getMessage()).startsWith("its header [H] ");
            }
        }
    }

    @Provide
    Arbitrary<String> headers() {
        return Arbitraries.of(
                        "a",
                        "b",
                        "org.sallyport.api.plugin",
                        ",",
                        ";",
                        "=",
                        ":=",
                        "\"",
                        "\\",
                        " ",
                        "version",
                        "x=1",
                        "y:=\"2\"",
                        ";z=\"",
                        "\",",
                        "\\\"",
                        ",c",
                        "1.0")
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 20_000)
    @Label("that are accepted here and by the framework name the same packages")
    void sameForFelix(@ForAll("headers") String text) throws Exception {
        Set<String> own = new TreeSet<>();
        try {
            parse(text).forEach(clause -> own.addAll(clause.paths()));
        } catch (ArchiveException e) {
            assertThat(e.getMessage()).startsWith("its header [H] ");
            return;
        }
        Set<String> felix = new TreeSet<>();
        try {
            Map<String, Object> headers = new HashMap<>();
            headers.put("Bundle-ManifestVersion", "2");
            headers.put("Bundle-SymbolicName", "x");
            headers.put("Export-Package", text);
            new ManifestParser(new Logger(), new HashMap<>(), null, headers)
                    .getCapabilities().stream()
                            .map(capability -> capability.getAttributes().get("osgi.wiring.package"))
                            .filter(String.class::isInstance)
                            .forEach(name -> felix.add((String) name));
        } catch (BundleException | RuntimeException e) {
            return;
        }
        assertThat(own).as(text).isEqualTo(felix);
    }

    private static List<Clause> parse(String text) throws ArchiveException {
        return Clause.parse("H", text);
    }

    private static String refusal(String text) {
        ArchiveException refused = catchThrowableOfType(ArchiveException.class, () -> parse(text));
        assertThat(refused).as("refused").isNotNull();
        return refused.getMessage();
    }
}
