package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Manifest;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.felix.framework.cache.BundleCache;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A manifest")
@Label("A manifest")
class ManifestReaderTest {
    @Test
    @DisplayName("gives the headers of its main section, in any case, with lines that go on")
    void headers() throws Exception {
        Map<String, String> headers =
                read("Manifest-Version: 1.0\r\nA-Long: one\r\n  two\n three\nEmpty: \n\nName: x\nA: b\n");

        assertThat(headers)
                .containsOnlyKeys("Manifest-Version", "A-Long", "Empty")
                .containsEntry("A-Long", "one twothree")
                .containsEntry("Empty", "");
        assertThat(headers.get("a-long")).isEqualTo("one twothree");
    }

    @Test
    @DisplayName("may break a line in the middle of a character")
    void brokenCharacter() throws Exception {
        byte[] bytes = "A: ü\n".getBytes(StandardCharsets.UTF_8);
        byte[] broken = {bytes[0], bytes[1], bytes[2], bytes[3], '\n', ' ', bytes[4], '\n'};

        assertThat(ManifestReader.read(broken)).containsEntry("A", "ü");
    }

    @ParameterizedTest(name = "with a line that does not end as it should is refused")
    @ValueSource(strings = {"A: b", "A: b\rB: c\n", "A: b\r", "A: b\u0000c\n", ""})
    void lineEnds(String text) {
        assertThat(refusal(text)).isEqualTo("its manifest has a line that does not end as it should");
    }

    @ParameterizedTest(name = "with a line that is no header is refused")
    @ValueSource(
            strings = {"A\n", "A:b\n", ": b\n", " A: b\n", "\nA: b\n", "Ä: b\n", "A B: c\n", "\uFEFFA: b\n", "A:\n"})
    void noHeader(String text) {
        assertThat(refusal(text)).startsWith("its manifest has a line that is no header: [");
    }

    @Test
    @DisplayName("with a header twice, in any case, is refused")
    void twice() {
        assertThat(refusal("A-b: 1\na-B: 2\n")).isEqualTo("its manifest has the header [a-B] twice");
    }

    @Test
    @DisplayName("that is no UTF-8 is refused")
    void notUtf8() {
        assertThat(catchThrowableOfType(
                        ArchiveException.class,
                        () -> ManifestReader.read(new byte[] {'A', ':', ' ', (byte) 0xFF, '\n'})))
                .hasMessage("its manifest is not UTF-8");
    }

    @Test
    @DisplayName("cannot hide headers behind an empty line that goes on")
    void hidden() {
        assertThat(refusal("A: b\n\n Fragment-Host: system.bundle\n"))
                .isEqualTo("its manifest has an empty line that goes on");
        assertThat(refusal("A: b\r\n\r\n Fragment-Host: system.bundle\n"))
                .isEqualTo("its manifest has an empty line that goes on");
    }

    @Test
    @DisplayName("whose colon and space stand on two lines is refused, as the framework does not read it")
    void separatorInTwo() {
        assertThat(refusal("M: 1\nA:\n  b\n")).contains("no header: [A:]");
        assertThat(refusal("M: 1\nA\n : b\n")).contains("no header: [A]");
    }

    @Provide
    Arbitrary<String> manifests() {
        return Arbitraries.of(
                        "A",
                        "B",
                        "C",
                        ": ",
                        ":",
                        " ",
                        "\n",
                        "\r\n",
                        "\n ",
                        "\n\n",
                        "\r",
                        "Name: x",
                        "A: 1\n",
                        "B: 2\n",
                        "A: 1\r\n",
                        "é",
                        "\t",
                        "Fragment-Host: y\n")
                .list()
                .ofMinSize(1)
                .ofMaxSize(14)
                .map(parts -> "M: 1\n" + String.join("", parts));
    }

    @Property(tries = 20_000)
    @Label("that is accepted has the same headers for the framework and for Java")
    void sameForFelix(@ForAll("manifests") String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Map<String, String> own;
        try {
            own = ManifestReader.read(bytes);
        } catch (ArchiveException e) {
            return;
        }
        Map<String, Object> felix =
                BundleCache.getMainAttributes(new HashMap<>(), new ByteArrayInputStream(bytes), bytes.length);

        assertThat(new TreeMap<>(felix)).as(text).isEqualTo(new TreeMap<>(Map.copyOf(own)));
        Map<String, String> java = new TreeMap<>();
        try {
            new Manifest(new ByteArrayInputStream(bytes))
                    .getMainAttributes()
                    .forEach((name, value) -> java.put(name.toString(), (String) value));
        } catch (IOException e) {
            return; // One of the other sections is wrong for Java.
        }
        assertThat(java).as(text).isEqualTo(new TreeMap<>(Map.copyOf(own)));
    }

    private static Map<String, String> read(String text) throws ArchiveException {
        return ManifestReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(String text) {
        ArchiveException refused = catchThrowableOfType(ArchiveException.class, () -> read(text));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.gate()).isEqualTo("manifest");
        return refused.getMessage();
    }
}
