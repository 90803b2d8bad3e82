package org.sallyport.admission.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

@Label("An archive with changed bytes")
class ArchiveFuzzTest {
    private static final byte[] GOOD = good();
    private static Path file;

    /** A change of one byte. */
    record Change(int place, byte value) {}

    @BeforeContainer
    static void file() throws IOException {
        file = Files.createTempFile("fuzz", ".jar");
    }

    @AfterContainer
    static void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    /** With extra fields, a descriptor, a folder, stored and deflated content. */
    private static byte[] good() {
        byte[] time = RawZip.le(9)
                .putShort((short) 0x5455)
                .putShort((short) 5)
                .put((byte) 1)
                .putInt(1)
                .array();
        return RawZip.withManifest()
                .with("a/", "", e -> e.method = 0)
                .with("a/x", "some content, some content", e -> {
                    e.localExtra = time;
                    e.centralExtra = time;
                })
                .with("a/y", "stored", e -> e.method = 0)
                .with("a/z", "described described", e -> e.descriptor = 16)
                .comment("a comment".getBytes())
                .build();
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        Arbitrary<Byte> value = Arbitraries.oneOf(
                Arbitraries.bytes(), Arbitraries.of((byte) 0, (byte) 1, (byte) 8, (byte) 0xFF, (byte) '/', (byte) '.'));
        return Combinators.combine(
                        Arbitraries.integers().between(0, GOOD.length - 1).withoutEdgeCases(), value)
                .as(Change::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    @Property(tries = 20_000)
    @Label("is refused by its reader in words, or read by everybody in the same way")
    void oneWay(@ForAll("changes") List<Change> changes) throws Exception {
        byte[] bytes = GOOD.clone();
        changes.forEach(change -> bytes[change.place()] = change.value());

        Archive archive;
        try {
            archive = ArchiveReader.read(bytes);
        } catch (ArchiveException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        Map<String, byte[]> own = new HashMap<>();
        for (String name : archive.names()) {
            own.put(name, archive.content(name, 1 << 20).orElseThrow());
        }
        assertSame("as a file", byFile(bytes), own);
        assertSame("as a stream", byStream(bytes), own);
    }

    private static void assertSame(String how, Map<String, byte[]> read, Map<String, byte[]> own) {
        assertThat(read.keySet()).as(how).isEqualTo(own.keySet());
        own.forEach((name, content) ->
                assertThat(read.get(name)).as("%s %s", how, name).isEqualTo(content));
    }

    private static Map<String, byte[]> byFile(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        Map<String, byte[]> read = new HashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                read.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return read;
    }

    private static Map<String, byte[]> byStream(byte[] bytes) throws IOException {
        Map<String, byte[]> read = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                read.put(entry.getName(), zip.readAllBytes());
            }
        }
        return read;
    }
}
