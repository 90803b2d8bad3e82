package org.sallyport.deploy.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Archives as {@link MemoryAdmin} understands them: their one entry is named {@code ID VERSION}. */
final class Jars {
    private Jars() {}

    static byte[] jar(String id, String version) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(id + " " + version));
            zip.write("content".repeat(50).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    static byte[] half(byte[] jar) {
        return Arrays.copyOf(jar, jar.length / 2);
    }

    /** Its id and version; throws if it is not whole. */
    static String[] read(byte[] jar) throws IOException {
        try (var zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            ZipEntry entry = zip.getNextEntry();
            // These archives have no comment, so their last record begins 22 bytes before the end.
            boolean whole = jar.length > 22 && jar[jar.length - 22] == 'P' && jar[jar.length - 20] == 5;
            if (entry == null || !whole) {
                throw new IOException("no whole zip archive");
            }
            return entry.getName().split(" ");
        }
    }
}
