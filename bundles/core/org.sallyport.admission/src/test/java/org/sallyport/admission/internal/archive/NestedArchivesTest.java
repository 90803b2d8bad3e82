package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An archive inside of a plugin's archive")
class NestedArchivesTest {
    private static final byte[] PLAIN = new RawZip().with("a/X.class", "x").build();

    @Test
    @DisplayName("needs no manifest, and may hold one more")
    void sound() throws Exception {
        byte[] library = new RawZip()
                .with("a/X.class", "x")
                .with("inner.jar".getBytes(), PLAIN, entry -> {})
                .build();

        assertThat(DescriptorReader.read(ArchiveReader.read(Manifests.plugin("x")
                                .header("Bundle-ClassPath", ".,lib/a.jar")
                                .entry("lib/a.jar", library)
                                .build()))
                        .id()
                        .value())
                .isEqualTo("x");
    }

    @Test
    @DisplayName("that lies in more than two others is refused")
    void tooDeep() {
        byte[] second = nest("c.jar", PLAIN);
        byte[] first = nest("b.jar", second);

        assertThat(refusal(Manifests.plugin("x").entry("a.jar", first)))
                .isEqualTo("its archive [a.jar!/b.jar!/c.jar] lies in more than [2] others, and no deeper one is read");
    }

    @ParameterizedTest(name = "is read as strictly, also if it is called [{0}] and lies on no class path")
    @ValueSource(strings = {"lib/a.jar", "a.JAR", "x.war", "x.kar"})
    void strict(String name) {
        byte[] stray = Arrays.copyOf(PLAIN, PLAIN.length + 1);

        assertThat(refusal(Manifests.plugin("x").entry(name, stray)))
                .isEqualTo("its archive [" + name + "] is refused: it has bytes after its end");
    }

    @Test
    @DisplayName("is read as strictly under any name if it is on the class path, and may not be something else")
    void classPath() {
        byte[] twice = new RawZip().with("a", "1").with("a", "2").build();

        assertThat(refusal(Manifests.plugin("x")
                        .header("Bundle-ClassPath", ".,/lib/data.bin")
                        .entry("lib/data.bin", twice)))
                .isEqualTo("its archive [lib/data.bin] is refused: its entry [a] is there twice");
        assertThat(refusal(Manifests.plugin("x")
                        .header("Bundle-ClassPath", "lib/data.bin")
                        .entry("lib/data.bin", "text")))
                .startsWith("its archive [lib/data.bin] is refused: it is not a zip archive");
    }

    @Test
    @DisplayName("brings no class of the platform, whatever its depth")
    void reserved() {
        byte[] evil = new RawZip().with("java/lang/Evil.class", "").build();

        assertThat(refusal(Manifests.plugin("x").entry("a.jar", nest("b.jar", evil))))
                .isEqualTo("it brings the class [a.jar!/b.jar!/java/lang/Evil.class], whose package belongs to the"
                        + " platform; use a package of your own");
    }

    @Test
    @DisplayName("counts for the limits of all together, so that nesting makes no bomb")
    void bomb() {
        RawZip many = new RawZip();
        for (int i = 0; i < ArchiveReader.MAX_ENTRIES - 2; i++) {
            many.with("x" + i, "");
        }

        assertThat(refusal(Manifests.plugin("x").entry("a.jar", many.build()))).isNull();
        many.with("one too many", "");
        assertThat(refusal(Manifests.plugin("x").entry("a.jar", many.build())))
                .startsWith("with its archive [a.jar] it has [10001] entries and unpacks to [")
                .endsWith("] bytes; at most [10000] and [268435456] are allowed");
    }

    private static byte[] nest(String name, byte[] archive) {
        return new RawZip().with(name.getBytes(), archive, entry -> {}).build();
    }

    private static String refusal(Manifests plugin) {
        ArchiveException refused = catchThrowableOfType(
                ArchiveException.class, () -> DescriptorReader.read(ArchiveReader.read(plugin.build())));
        return refused == null ? null : refused.getMessage();
    }
}
