package org.sallyport.sandbox.internal.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.sallyport.spi.plugin.ComponentDescriptions;

/**
 * A plugin's archive after the gate {@code archive}: that found that it can be read in one way only, and how much it unpacks to.
 *
 * @param entries all of it, folders left out, in order
 * @param nested the archives on its class path, by place; no other one can be loaded from
 */
public record PluginArchive(
        Map<String, byte[]> entries, Map<String, Map<String, byte[]>> nested, Map<String, String> headers) {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    /** Largest of all unpacked, with what lies in nested archives: 256 MiB. The gate allows less. */
    static final long MAX_UNPACKED = 256L << 20;

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

    /** @throws IllegalArgumentException if it cannot be read, which the gate would have said before */
    public static PluginArchive read(byte[] archive) {
        long[] left = {MAX_UNPACKED};
        try {
            Map<String, byte[]> entries = unpack(archive, left);
            Map<String, String> headers = new HashMap<>();
            new Manifest(new ByteArrayInputStream(entries.getOrDefault(MANIFEST, new byte[0])))
                    .getMainAttributes()
                    .forEach((key, value) -> headers.put(String.valueOf(key), String.valueOf(value)));
            Map<String, Map<String, byte[]>> nested = new LinkedHashMap<>();
            for (String path : paths(headers.getOrDefault("Bundle-ClassPath", ""))) {
                String name = path.startsWith("/") ? path.substring(1) : path;
                byte[] inner = entries.get(name);
                if (inner != null) {
                    nested.put(name, unpack(inner, left));
                }
            }
            return new PluginArchive(entries, nested, headers);
        } catch (IOException e) {
            throw new IllegalArgumentException("it cannot be read as an archive: " + e.getMessage(), e);
        }
    }

    private static Map<String, byte[]> unpack(byte[] archive, long[] left) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, left[0] + 1));
                    left[0] -= content.length;
                    if (left[0] < 0) {
                        throw new IOException("it unpacks to more than [" + MAX_UNPACKED + "] bytes");
                    }
                    if (entries.put(entry.getName(), content) != null) {
                        throw new IOException("it has two entries [" + entry.getName() + "]");
                    }
                }
            }
        }
        return entries;
    }

    /** The paths of a header's clauses, without what is said of them. */
    public static List<String> paths(String header) {
        List<String> paths = new ArrayList<>();
        for (String clause : QUOTED.matcher(header).replaceAll("").split(",")) {
            for (String part : clause.split(";")) {
                if (!part.isBlank() && !part.contains("=")) {
                    paths.add(part.strip());
                }
            }
        }
        return paths;
    }

    /** Packages in a header, as parts of class names. */
    public Set<String> packages(String header) {
        Set<String> packages = new LinkedHashSet<>();
        paths(headers.getOrDefault(header, "")).forEach(path -> packages.add(path.replace('.', '/')));
        return packages;
    }

    /**
     * The internal names of classes that descriptions of components name.
     *
     * @throws IllegalArgumentException if one cannot be read, which the gate {@code manifest} would have said before
     */
    public Set<String> components() {
        Set<String> found = new LinkedHashSet<>();
        String named = headers.getOrDefault(ComponentDescriptions.HEADER, "");
        for (String name : ComponentDescriptions.of(named, entries.keySet())) {
            for (String type : ComponentDescriptions.classes(entries.get(name))) {
                found.add(type.replace('.', '/'));
            }
        }
        return found;
    }
}
