package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The code of a plugin")
class CodeTest {
    private static final int JAVA = Runtime.version().feature();

    static final class Exits {
        static void now() {
            System.exit(1);
        }
    }

    static final class Halts {
        static void now() {
            Runtime.getRuntime().halt(1);
        }
    }

    static final class Refers {
        static final IntConsumer END = Runtime.getRuntime()::exit;
    }

    static final class Innocent {
        static final double NUMBER = 4.2;
        static final long OTHER = 1L << 40;

        static void exit(String status) {
            System.setProperty("x", status + NUMBER + OTHER + "java/lang/System.exit");
        }

        static void now() {
            exit("System.exit");
        }
    }

    @Test
    @DisplayName("that names a method which ends the process is refused, by call or by reference")
    void ends() throws Exception {
        assertThat(refusal(bundle().with("x/A.class", code(Exits.class))))
                .isEqualTo("its class [x/A.class] calls [java.lang.System.exit], which would end the whole process");
        assertThat(refusal(bundle().with("x/A.class", code(Halts.class)))).contains("[java.lang.Runtime.halt]");
        assertThat(refusal(bundle().with("META-INF/versions/11/x/A.class", code(Refers.class))))
                .contains("[java.lang.Runtime.exit]");
    }

    @Test
    @DisplayName("passes if it only has such words, or methods of its own by that name")
    void innocent() throws Exception {
        Archive archive = read(bundle().with("x/A.class", code(Innocent.class)));

        assertThatCode(() -> Code.check(archive, JAVA)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("of a newer Java is refused, unless this Java does not look there")
    void newer() throws Exception {
        byte[] current = version(code(Innocent.class), JAVA);
        byte[] next = version(code(Innocent.class), JAVA + 1);

        assertThatCode(() -> Code.check(read(bundle().with("x/A.class", current)), JAVA))
                .doesNotThrowAnyException();
        assertThat(refusal(bundle().with("x/A.class", next)))
                .isEqualTo("its class [x/A.class] needs Java [" + (JAVA + 1) + "]; this is [" + JAVA + "]");
        assertThat(refusal(bundle().with("META-INF/versions/" + JAVA + "/x/A.class", next)))
                .contains("needs Java");
        assertThatCode(() ->
                        Code.check(read(bundle().with("META-INF/versions/" + (JAVA + 1) + "/x/A.class", next)), JAVA))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("that is no class file, cut off anywhere in its constant pool or damaged is refused in words")
    void damaged() throws Exception {
        byte[] whole = code(Exits.class);
        int pool = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf("SourceFile");

        for (int length = 0; length < pool; length++) {
            assertThat(refusal(bundle().with("x/A.class", Arrays.copyOf(whole, length))))
                    .as("%d bytes", length)
                    .isEqualTo("its entry [x/A.class] is no class file, or it is damaged");
        }
        for (int at = 8; at < pool; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x55;
            Archive archive = read(bundle().with("x/A.class", changed));
            assertThat(catchThrowableOfType(Throwable.class, () -> Code.check(archive, JAVA)))
                    .as("byte %d", at)
                    .matches(thrown -> thrown == null || thrown instanceof ArchiveException);
        }
    }

    @Test
    @DisplayName("is looked at in archives on the class path too, which are read as strictly")
    void nested() throws Exception {
        byte[] library = new RawZip().with("x/A.class", code(Exits.class)).build();
        RawZip bundle = bundle("Bundle-ClassPath: ., lib/a.jar, nowhere.jar\n");

        assertThat(refusal(bundle.with("lib/a.jar", library)))
                .startsWith("in the archive [lib/a.jar] on its class path, its class [x/A.class] calls");
        assertThat(refusal(bundle("Bundle-ClassPath: /lib/a.jar\n").with("lib/a.jar", "no archive".getBytes())))
                .startsWith("in the archive [lib/a.jar] on its class path, it is not a zip archive");
        assertThatCode(() -> Code.check(read(bundle().with("lib/a.jar", library)), JAVA))
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("is read up to 8 MiB a class")
    void limit() throws Exception {
        byte[] whole = code(Innocent.class);

        assertThatCode(() -> Code.check(read(stored("x/A.class", Arrays.copyOf(whole, Code.MAX_CLASS))), JAVA))
                .doesNotThrowAnyException();
        assertThat(refusal(stored("x/A.class", Arrays.copyOf(whole, Code.MAX_CLASS + 1))))
                .contains("at most [" + Code.MAX_CLASS + "] are read");
    }

    /** Stored, as so many zeros would count as a bomb. */
    private static RawZip stored(String name, byte[] content) {
        return bundle().with(name.getBytes(StandardCharsets.UTF_8), content, entry -> entry.method = 0);
    }

    private static RawZip bundle() {
        return bundle("");
    }

    private static RawZip bundle(String headers) {
        return new RawZip().with(Archive.MANIFEST, ("Manifest-Version: 1.0\n" + headers).getBytes());
    }

    private static Archive read(RawZip zip) throws Exception {
        return ArchiveReader.read(zip.build());
    }

    private static String refusal(RawZip zip) throws Exception {
        Archive archive = read(zip);
        return catchThrowableOfType(ArchiveException.class, () -> Code.check(archive, JAVA))
                .getMessage();
    }

    private static byte[] code(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream(type.getName().replaceFirst(".*\\.", "") + ".class")) {
            return in.readAllBytes();
        }
    }

    private static byte[] version(byte[] code, int java) {
        byte[] changed = code.clone();
        changed[6] = 0;
        changed[7] = (byte) (44 + java);
        return changed;
    }
}
