package org.sallyport.it;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Takes archives apart and puts them together, for what no build tool would make, or not as quickly. */
public final class JarBytes {
    private JarBytes() {}

    public static Map<String, byte[]> entries(byte[] jar) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), entry.isDirectory() ? new byte[0] : in.readAllBytes());
            }
        }
        return entries;
    }

    public static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (var entry : entries.entrySet()) {
                ZipEntry head = new ZipEntry(entry.getKey());
                if (entry.getKey().endsWith("/")) {
                    head.setMethod(ZipEntry.STORED);
                    head.setSize(0);
                    head.setCrc(new CRC32().getValue());
                }
                out.putNextEntry(head);
                out.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** Entries with other headers in the manifest. */
    public static Map<String, byte[]> headers(Map<String, byte[]> entries, Consumer<Attributes> change)
            throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(entries.get(JarFile.MANIFEST_NAME)));
        change.accept(manifest.getMainAttributes());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        Map<String, byte[]> changed = new LinkedHashMap<>(entries);
        changed.put(JarFile.MANIFEST_NAME, bytes.toByteArray());
        return changed;
    }
}
