package org.sallyport.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The deploy folder")
class DeployFolderTest {
    @TempDir
    Path home;

    private Fingerprint seen(DeployFolder folder, String name) throws Exception {
        return folder.list().files().get(name);
    }

    private boolean complete(byte[] content) throws Exception {
        Files.write(home.resolve("a.jar"), content);
        return new DeployFolder(home).complete("a.jar");
    }

    @Test
    @DisplayName("may be a link to a folder")
    void link() throws Exception {
        Path real = Files.createDirectory(home.resolve("real"));
        Files.write(real.resolve("a.jar"), new byte[3]);
        var folder = new DeployFolder(Files.createSymbolicLink(home.resolve("deploy"), real));

        assertThat(folder.make()).isFalse();
        assertThat(folder.list().files()).containsOnlyKeys("a.jar");
    }

    @Test
    @DisplayName("knows a file as neither there nor removed if it cannot tell")
    void unknown() throws Exception {
        Files.createSymbolicLink(home.resolve("a.jar"), home.resolve("a.jar"));

        assertThat(new DeployFolder(home).list().files()).isEmpty();
        assertThat(new DeployFolder(home).list().unknown()).containsExactly("a.jar");
    }

    @Test
    @DisplayName("reads a file only if it is as it was seen")
    void read() throws Exception {
        var folder = new DeployFolder(home);
        Path file = Files.write(home.resolve("a.jar"), new byte[] {1, 2, 3});
        Fingerprint before = seen(folder, "a.jar");
        assertThat(folder.read("a.jar", before)).contains(new byte[] {1, 2, 3});

        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertThat(folder.read("a.jar", before)).isEmpty();

        Files.delete(file);
        assertThatThrownBy(() -> folder.read("a.jar", before)).isInstanceOf(NoSuchFileException.class);
        assertThat(folder.complete("a.jar")).isFalse();
    }

    @Test
    @DisplayName("tells a whole archive by its end, with and without a comment")
    void whole() throws Exception {
        assertThat(complete(Jars.jar("a", "1.0.0"))).isTrue();

        for (int comment : new int[] {1, 0xFFFF}) {
            var bytes = new ByteArrayOutputStream();
            try (var zip = new ZipOutputStream(bytes)) {
                zip.setComment("c".repeat(comment));
                zip.putNextEntry(new ZipEntry("entry"));
            }
            assertThat(complete(bytes.toByteArray())).isTrue();
            assertThat(complete(Arrays.copyOf(bytes.toByteArray(), bytes.size() - 1)))
                    .isFalse();
        }
    }

    @Test
    @DisplayName("tells a half archive, wherever it was cut off, and what is none")
    void half() throws Exception {
        byte[] jar = Jars.jar("a", "1.0.0");
        for (int length = 0; length < jar.length; length++) {
            assertThat(complete(Arrays.copyOf(jar, length)))
                    .as("%s of %s bytes", length, jar.length)
                    .isFalse();
        }
        assertThat(complete(Arrays.copyOf(jar, jar.length + 100)))
                .as("followed by zeros")
                .isFalse();
        assertThat(complete(new byte[70_000])).isFalse();
    }
}
