package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The store of archives")
class ArtefactStoreTest {
    private static final byte[] BYTES = "an archive".getBytes(StandardCharsets.UTF_8);
    private static final String SHA256 = CheckedCandidate.sha256(BYTES);

    @TempDir
    Path folder;

    private ArtefactStore store;
    private Path file;

    @BeforeEach
    void open() {
        store = new ArtefactStore(folder);
        file = folder.resolve("sha256").resolve(SHA256.substring(0, 2)).resolve(SHA256 + ".jar");
    }

    @Test
    @DisplayName("keeps bytes under their digest, and nothing beside them")
    void keeps() throws Exception {
        store.put(SHA256, BYTES);

        assertThat(new ArtefactStore(folder).read(SHA256)).isEqualTo(BYTES);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(file);
        }
    }

    @Test
    @DisplayName("writes what is whole only once")
    void once() throws Exception {
        store.put(SHA256, BYTES);
        FileTime written = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(file, written);

        store.put(SHA256, BYTES);

        assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
    }

    @Test
    @DisplayName("finds one changed byte, and is mended by the same bytes again")
    void changed() throws Exception {
        store.put(SHA256, BYTES);
        byte[] changed = BYTES.clone();
        changed[3] ^= 1;
        Files.write(file, changed);

        assertThat(failure())
                .isEqualTo("its archive [" + file + "] was changed: its SHA-256 is not the one it is named by");
        store.put(SHA256, BYTES);
        assertThat(store.read(SHA256)).isEqualTo(BYTES);
    }

    @Test
    @DisplayName("says which file is missing")
    void missing() throws Exception {
        assertThat(failure()).isEqualTo("its archive [" + file + "] is missing from the store");
        store.put(SHA256, BYTES);
        Files.delete(file);
        assertThat(failure()).isEqualTo("its archive [" + file + "] is missing from the store");
    }

    @Test
    @DisplayName("keeps them in memory if there is no folder")
    void memory() throws Exception {
        ArtefactStore inMemory = new ArtefactStore(null);
        assertThat(catchThrowableOfType(IOException.class, () -> inMemory.read(SHA256)))
                .hasMessage("its archive [" + SHA256 + "] is not kept in memory any more");

        inMemory.put(SHA256, BYTES);

        assertThat(inMemory.read(SHA256)).isEqualTo(BYTES);
    }

    @Test
    @DisplayName("takes no name that is no digest")
    void noDigest() {
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> store.read("../../etc/passwd")))
                .hasMessage("[../../etc/passwd] is no SHA-256");
    }

    private String failure() {
        return catchThrowableOfType(IOException.class, () -> store.read(SHA256)).getMessage();
    }
}
