package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.admission.internal.archive.RawZip.Entry;

@DisplayName("An archive")
class ArchiveReaderTest {
    private static final int STORED = 0;

    @Nested
    @DisplayName("that is sound")
    class Sound {
        @Test
        @DisplayName("gives its entries in their order, and their contents")
        void contents() throws Exception {
            Archive archive = ArchiveReader.read(RawZip.withManifest()
                    .with("a/", "", entry -> entry.method = STORED)
                    .with("a/x.txt", "deflated ".repeat(50))
                    .with("a/y.txt", "stored", entry -> entry.method = STORED)
                    .with("ü.txt", "")
                    .build());

            assertThat(archive.names()).containsExactly(Archive.MANIFEST, "a/", "a/x.txt", "a/y.txt", "ü.txt");
            assertThat(text(archive, "a/x.txt")).isEqualTo("deflated ".repeat(50));
            assertThat(text(archive, "a/y.txt")).isEqualTo("stored");
            assertThat(text(archive, "ü.txt")).isEmpty();
            assertThat(archive.content("nowhere", 10)).isEmpty();
            assertThat(archive.names("a/", ".txt")).containsExactly("a/x.txt", "a/y.txt");
        }

        @ParameterizedTest(name = "may have a data descriptor of [{0}] bytes")
        @ValueSource(ints = {12, 16})
        void descriptors(int size) throws Exception {
            Archive archive = ArchiveReader.read(RawZip.withManifest()
                    .with("x", "content", entry -> entry.descriptor = size)
                    .build());

            assertThat(text(archive, "x")).isEqualTo("content");
        }

        @Test
        @DisplayName("may have a comment, even one that looks like the end of an archive")
        void comment() throws Exception {
            byte[] end = Arrays.copyOf(new byte[] {'P', 'K', 5, 6}, 30);

            assertThat(ArchiveReader.read(RawZip.withManifest()
                                    .comment("hello".getBytes())
                                    .build())
                            .names())
                    .hasSize(1);
            assertThat(refusal(RawZip.withManifest().comment(end))).isEqualTo("it has bytes after its end");
        }

        @Test
        @DisplayName("is read up to a limit that the reader names")
        void limit() throws Exception {
            Archive archive =
                    ArchiveReader.read(RawZip.withManifest().with("x", "12345").build());

            assertThat(archive.content("x", 5)).isPresent();
            assertThat(catchThrowableOfType(ArchiveException.class, () -> archive.content("x", 4)))
                    .hasMessage("its entry [x] has [5] bytes; at most [4] are read");
        }
    }

    @Nested
    @DisplayName("with names that are no plain ones is refused:")
    class Names {
        @ParameterizedTest(name = "[{0}]")
        @ValueSource(
                strings = {
                    "../x",
                    "a/../x",
                    "a/..",
                    "..",
                    ".",
                    "./x",
                    "a/./x",
                    "/etc/passwd",
                    "//x",
                    "a//x",
                    "x//",
                    "/",
                    "a\\x",
                    "..\\x",
                    "c:/x",
                    "C:",
                    "C:\\x"
                })
        void notPlain(String name) {
            assertThat(refusal(RawZip.withManifest().with(name, "")))
                    .isEqualTo("its entry [" + name + "] has a name that is not a plain relative one");
        }

        @Test
        @DisplayName("control characters, which are not repeated")
        void control() {
            assertThat(refusal(RawZip.withManifest().with("a\n\u001b[31mb", "")))
                    .isEqualTo("its entry [a??[31mb] has a name that is not a plain relative one");
            assertThat(refusal(RawZip.withManifest().with("a\u0000.class", "")))
                    .isEqualTo("its entry [a?.class] has a name that is not a plain relative one");
            assertThat(refusal(RawZip.withManifest().with("a\nb", "", entry -> entry.flags |= 1)))
                    .isEqualTo("its entry [a?b] has a name that is not a plain relative one");
        }

        @ParameterizedTest(name = "one that only looks like another: [{0}]")
        @ValueSource(
                strings = {
                    "․․/x", // one dot leaders
                    "a／x", // full-width solidus
                    "META-INF/МANIFEST.MF", // Cyrillic Em
                    "org/аcme/X.class", // Cyrillic a
                    "\u202excod.class", // right-to-left override
                    "a\u200bb" // zero-width space
                })
        void lookAlike(String name) {
            assertThat(refusal(RawZip.withManifest().with(name, "")))
                    .startsWith("its entry [")
                    .endsWith("] has a name that looks like another one");
        }

        @ParameterizedTest(name = "but a name in another script is not: [{0}]")
        @ValueSource(strings = {"docs/über.html", "документы/чтение.txt", "文書/読む.txt", "docs/naïve-2.txt"})
        void otherScripts(String name) throws Exception {
            assertThat(ArchiveReader.read(RawZip.withManifest().with(name, "").build())
                            .names())
                    .contains(name);
        }

        @Test
        @DisplayName("bytes that are no UTF-8")
        void notUtf8() {
            assertThat(refusal(RawZip.withManifest()
                            .with(new byte[] {'a', (byte) 0xC0, (byte) 0xAF}, new byte[0], e -> {})))
                    .isEqualTo("it has an entry whose name is not UTF-8");
        }

        @Test
        @DisplayName("none, or more than 1,024 bytes")
        void length() throws Exception {
            String sentence = "it has an entry whose name has [%s] bytes; 1 to [1024] are allowed";
            byte[] edge = RawZip.withManifest().with("x".repeat(1024), "").build();

            assertThat(ArchiveReader.read(edge).names()).hasSize(2);
            assertThat(refusal(RawZip.withManifest().with("x".repeat(1025), "")))
                    .isEqualTo(sentence.formatted(1025));
            assertThat(refusal(RawZip.withManifest().with("x".repeat(65_000), "")))
                    .isEqualTo(sentence.formatted(65_000));
            assertThat(refusal(RawZip.withManifest().with("", ""))).isEqualTo(sentence.formatted(0));
        }

        @Test
        @DisplayName("the same twice, in another case, as file and folder, and below a file")
        void twins() {
            assertThat(refusal(RawZip.withManifest().with("a", "1").with("a", "2")))
                    .isEqualTo("its entry [a] is there twice");
            assertThat(refusal(RawZip.withManifest().with("a/B.class", "").with("a/b.class", "")))
                    .isEqualTo("its entries [a/B.class] and [a/b.class] differ in case alone");
            assertThat(refusal(RawZip.withManifest().with("meta-inf/manifest.mf", "")))
                    .isEqualTo("its entries [META-INF/MANIFEST.MF] and [meta-inf/manifest.mf] differ in case alone");
            assertThat(refusal(RawZip.withManifest().with("a", "").with("a/", "", entry -> entry.method = STORED)))
                    .isEqualTo("its entry [a/] is a file and a folder");
            assertThat(refusal(RawZip.withManifest().with("a", "").with("A/b", "")))
                    .isEqualTo("its entry [A/b] lies in something that is a file, not a folder");
        }

        @Test
        @DisplayName("a slash at the end of a file")
        void slashOnFile() {
            assertThat(refusal(RawZip.withManifest().with("a/", "content")))
                    .isEqualTo("its entry [a/] has sizes that cannot be");
        }
    }

    @Nested
    @DisplayName("that could be read in two ways is refused:")
    class TwoWays {
        @Test
        @DisplayName("bytes before the first entry, between entries and before the central directory")
        void strayBytes() {
            assertThat(refusal(RawZip.withManifest().prefix("#!/bin/sh\n")))
                    .isEqualTo("it has bytes before its entry [META-INF/MANIFEST.MF] that belong to none");
            assertThat(refusal(RawZip.withManifest().gap("stray")))
                    .isEqualTo("it has bytes before its central directory that belong to no entry");
            assertThat(refusal(RawZip.withManifest().suffix("stray"))).isEqualTo("it has bytes after its end");
        }

        @Test
        @DisplayName("a local header that says another name, method, size or checksum")
        void localDiffers() {
            String sentence = "the local header of its entry [x] differs from the central directory";

            assertThat(refusal(entry(e -> e.localName = new byte[] {'y'}))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.localFlags = 0))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.localCrc = 1))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.localPacked = 1))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.localSize = 1))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> {
                        e.descriptor = 16;
                        e.localSize = 1;
                    })))
                    .isEqualTo(sentence);
        }

        @Test
        @DisplayName("a data descriptor that says something else, or belongs to a stored entry")
        void descriptor() {
            assertThat(refusal(entry(e -> {
                        e.descriptor = 16;
                        e.wrongDescriptor = true;
                    })))
                    .isEqualTo("the data descriptor of its entry [x] differs from the central directory");
            assertThat(refusal(entry(e -> {
                        e.descriptor = 16;
                        e.method = STORED;
                    })))
                    .isEqualTo("its entry [x] is stored and has a data descriptor, so its end cannot be told");
        }

        @Test
        @DisplayName("entries that lie over each other")
        void overlap() {
            assertThat(refusal(RawZip.withManifest().with("x", "content", e -> e.header = 0)))
                    .isEqualTo("it has bytes before its entry [x] that belong to none");
            RawZip inside = RawZip.withManifest().with("x", "", e -> {
                byte[] inner = new RawZip().with("y", "inner").build();
                e.content = inner;
                e.method = STORED;
            });
            int header = 30 + Archive.MANIFEST.length() + RawZip.deflate(RawZip.MANIFEST.getBytes()).length + 31;
            assertThat(refusal(inside.with("y", "inner", e -> e.header = header)))
                    .isEqualTo("it has bytes before its entry [y] that belong to none");
        }

        @Test
        @DisplayName("Zip64, by its marks, by an extra field of the central directory and by one of a local header")
        void zip64() {
            byte[] sizes = RawZip.le(20)
                    .putShort((short) 1)
                    .putShort((short) 16)
                    .putLong(3)
                    .putLong(3)
                    .array();

            assertThat(refusal(RawZip.withManifest().count(0xFFFF)))
                    .isEqualTo("it has [65535] entries; at most [10000] are allowed");
            assertThat(refusal(entry(e -> e.header = 0xFFFFFFFFL)))
                    .isEqualTo("its entry [x] lies outside of the archive");
            assertThat(refusal(entry(e -> e.centralExtra = sizes)))
                    .isEqualTo("its entry [x] has an extra field [1] that gives it a second name or size");
            assertThat(refusal(entry(e -> {
                        e.method = STORED;
                        e.localExtra = sizes;
                    })))
                    .isEqualTo("its entry [x] has an extra field [1] that gives it a second name or size");
        }

        @Test
        @DisplayName("an extra field that gives the entry another name, and extra fields that are damaged")
        void extraFields() throws Exception {
            byte[] unicodePath = RawZip.le(10)
                    .putShort((short) 0x7075)
                    .putShort((short) 6)
                    .put((byte) 1)
                    .putInt(0)
                    .put((byte) 'y')
                    .array();
            byte[] tooLong =
                    RawZip.le(6).putShort((short) 0x5455).putShort((short) 9).array();
            byte[] time = RawZip.le(9)
                    .putShort((short) 0x5455)
                    .putShort((short) 5)
                    .put((byte) 1)
                    .putInt(1)
                    .array();

            assertThat(refusal(entry(e -> e.centralExtra = unicodePath)))
                    .isEqualTo("its entry [x] has an extra field [28789] that gives it a second name or size");
            assertThat(refusal(entry(e -> e.localExtra = tooLong)))
                    .isEqualTo("the extra fields of its entry [x] are damaged");
            assertThat(refusal(entry(e -> e.centralExtra = new byte[] {1, 2, 3})))
                    .isEqualTo("the extra fields of its entry [x] are damaged");
            assertThat(ArchiveReader.read(entry(e -> {
                                        e.localExtra = time;
                                        e.centralExtra = time;
                                    })
                                    .build())
                            .names())
                    .contains("x");
        }

        @Test
        @DisplayName("an entry that is encrypted, packed by another method or lies on another disk")
        void unread() {
            String sentence = "its entry [x] is encrypted or packed in a way that is not read here";

            assertThat(refusal(entry(e -> e.flags |= 1))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.flags |= 0x2000))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.method = 12))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.disk = 1))).isEqualTo(sentence);
        }

        @Test
        @DisplayName("a directory that counts or places its entries wrongly")
        void directory() {
            assertThat(refusal(RawZip.withManifest().count(2)))
                    .isEqualTo("its central directory is damaged at entry [2]");
            assertThat(refusal(RawZip.withManifest().with("x", "").count(1)))
                    .isEqualTo("its central directory has more bytes than entries");
            byte[] moved = RawZip.withManifest().build();
            moved[moved.length - 6]++;
            assertThat(refusal(moved))
                    .isEqualTo("its central directory is not where the end of the archive says it is");
        }
    }

    @Nested
    @DisplayName("whose contents are not what they say is refused:")
    class Contents {
        @Test
        @DisplayName("another checksum, or another size")
        void wrong() {
            String sentence = "the content of its entry [x] does not have the size or checksum that the entry declares";

            assertThat(refusal(entry(e -> e.crc = 1))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.size = 8))).isEqualTo(sentence);
            assertThat(refusal(entry(e -> e.size = 6)))
                    .isEqualTo("its entry [x] is larger than the [6] bytes it declares");
            assertThat(refusal(entry(e -> {
                        e.method = STORED;
                        e.size = 8;
                    })))
                    .isEqualTo("its entry [x] has sizes that cannot be");
        }

        @Test
        @DisplayName("cut off, followed by more, or no deflate stream at all")
        void damaged() {
            byte[] whole = RawZip.deflate("content".getBytes());

            assertThat(refusal(entry(e -> e.packed = Arrays.copyOf(whole, whole.length - 3))))
                    .isEqualTo("its entry [x] is cut off");
            assertThat(refusal(entry(e -> e.packed = Arrays.copyOf(whole, whole.length + 3))))
                    .isEqualTo("its entry [x] has bytes after its content");
            assertThat(refusal(entry(e -> e.packed = new byte[] {7, 7, 7})))
                    .startsWith("its entry [x] cannot be unpacked: ");
        }

        @Test
        @DisplayName("beyond the central directory")
        void beyond() {
            assertThat(refusal(entry(e -> e.centralPacked = 5_000))).isEqualTo("its entry [x] is cut off");
        }
    }

    @Nested
    @DisplayName("that would cost too much is refused:")
    class Costs {
        @Test
        @DisplayName("an entry that unpacks to more than 200 times its size")
        void bomb() throws Exception {
            byte[] mebibytes = new byte[(1 << 20) + 1];

            assertThat(refusal(RawZip.withManifest().with("x".getBytes(), mebibytes, e -> {})))
                    .isEqualTo("its entry [x] unpacks to more than [200] times its packed size");
            assertThat(ArchiveReader.read(RawZip.withManifest()
                                    .with("x".getBytes(), new byte[1 << 20], e -> {})
                                    .build())
                            .names())
                    .contains("x");
        }

        @Test
        @DisplayName("a bomb that declares a small size, as soon as it is larger")
        void liar() {
            assertThat(refusal(RawZip.withManifest().with("x".getBytes(), new byte[40 << 20], e -> e.size = 1000)))
                    .isEqualTo("its entry [x] is larger than the [1000] bytes it declares");
        }

        @Test
        @DisplayName("more than 256 MiB of contents")
        void sum() {
            RawZip zip = RawZip.withManifest();
            for (int i = 0; i < 257; i++) {
                zip.with("x" + i, "content", e -> e.size = 1 << 20);
            }

            assertThat(refusal(zip))
                    .isEqualTo("it unpacks to [" + (257L * (1 << 20) + RawZip.MANIFEST.length())
                            + "] bytes; at most [268435456] are allowed");
        }

        @Test
        @DisplayName("more than 10,000 entries")
        void entries() throws Exception {
            RawZip zip = RawZip.withManifest();
            for (int i = 1; i < 10_000; i++) {
                zip.with("x" + i, "", e -> e.method = STORED);
            }
            assertThat(ArchiveReader.read(zip.build()).names()).hasSize(10_000);

            assertThat(refusal(zip.with("one", "more")))
                    .isEqualTo("it has [10001] entries; at most [10000] are allowed");
        }

        @Test
        @DisplayName("more than 64 MiB")
        void size() {
            assertThat(refusal(new byte[(64 << 20) + 1]))
                    .isEqualTo("it has [67108865] bytes; at most [67108864] are allowed");
        }

        @Test
        @DisplayName("a manifest of more than 1 MiB")
        void manifest() throws Exception {
            byte[] bytes = new byte[(1 << 20) + 1];
            RawZip zip = new RawZip().with(Archive.MANIFEST.getBytes(), bytes, e -> e.method = STORED);

            assertThat(refusal(zip)).isEqualTo("its manifest has [1048577] bytes; at most [1048576] are allowed");
        }
    }

    @Nested
    @DisplayName("that is none is refused:")
    class None {
        @ParameterizedTest(name = "[{0}]")
        @ValueSource(strings = {"", "this is no jar", "PK", "PK\u0005\u0006"})
        void noZip(String text) {
            assertThat(refusal(text.getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo("it is not a zip archive, or it is cut off: it has no central directory");
        }

        @Test
        @DisplayName("cut off at any byte")
        void truncated() throws Exception {
            byte[] whole = RawZip.withManifest().with("x", "content").build();
            assertThat(ArchiveReader.read(whole).names()).hasSize(2);

            for (int length = 0; length < whole.length; length++) {
                assertThat(refusal(Arrays.copyOf(whole, length)))
                        .as("cut at %d", length)
                        .isEqualTo("it is not a zip archive, or it is cut off: it has no central directory");
            }
        }

        @Test
        @DisplayName("without a manifest, or with one whose name is written otherwise")
        void noManifest() {
            String sentence = "it has no [META-INF/MANIFEST.MF], so it is no bundle";

            assertThat(refusal(new RawZip())).isEqualTo(sentence);
            assertThat(refusal(new RawZip().with("x", ""))).isEqualTo(sentence);
            assertThat(refusal(new RawZip().with("META-INF/manifest.mf", ""))).isEqualTo(sentence);
        }
    }

    private static RawZip entry(Consumer<Entry> change) {
        return RawZip.withManifest().with("x", "content", change);
    }

    private static String text(Archive archive, String name) throws ArchiveException {
        return new String(archive.content(name, 1 << 20).orElseThrow(), StandardCharsets.UTF_8);
    }

    private static String refusal(RawZip zip) {
        return refusal(zip.build());
    }

    private static String refusal(byte[] bytes) {
        ArchiveException refused = catchThrowableOfType(ArchiveException.class, () -> ArchiveReader.read(bytes));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.gate()).isEqualTo("archive");
        return refused.getMessage();
    }
}
