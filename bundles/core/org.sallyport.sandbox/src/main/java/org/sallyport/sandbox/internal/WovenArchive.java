package org.sallyport.sandbox.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.sallyport.sandbox.internal.verify.PluginArchive;
import org.sallyport.sandbox.internal.verify.PluginClasses;
import org.sallyport.sandbox.internal.verify.Verifier;
import org.sallyport.sandbox.internal.weave.Weaver;
import org.sallyport.sandbox.woven.Meter;

/**
 * What the framework installs for a confined plugin: its archive with all classes rewritten, and the meter. A class that the
 * verifier did not see has no way in, as nothing else lies in it.
 *
 * @param bytes the archive
 * @param digests of all its class files
 */
record WovenArchive(byte[] bytes, Set<String> digests) {
    private static final List<String> METER = List.of("Meter.class", "Polled.class");

    /** @throws IllegalArgumentException if a class cannot be rewritten */
    static WovenArchive of(PluginArchive archive, Weaver weaver) {
        Set<String> digests = new HashSet<>();
        String home = home(archive);
        Map<String, byte[]> outer = new LinkedHashMap<>();
        archive.entries().forEach((name, content) -> {
            Map<String, byte[]> nested = archive.nested().get(name);
            if (nested == null) {
                outer.put(name, woven(name, content, weaver, digests));
            } else {
                Map<String, byte[]> inner = new LinkedHashMap<>();
                nested.forEach((one, bytes) -> inner.put(one, woven(name + "!/" + one, bytes, weaver, digests)));
                if (home.equals(name + "!/")) {
                    addMeter("", inner, digests);
                }
                outer.put(name, zip(inner));
            }
        });
        if (!home.endsWith("!/")) {
            addMeter(home, outer, digests);
        }
        return new WovenArchive(zip(outer), Set.copyOf(digests));
    }

    /** The folder, or the nested archive, where a class is found that is looked for by its name. */
    private static String home(PluginArchive archive) {
        List<String> paths = PluginArchive.paths(archive.headers().getOrDefault("Bundle-ClassPath", ""));
        if (paths.isEmpty() || paths.contains(".") || paths.contains("/")) {
            return "";
        }
        String first = paths.get(0).startsWith("/") ? paths.get(0).substring(1) : paths.get(0);
        return archive.nested().containsKey(first) ? first + "!/" : first.endsWith("/") ? first : first + "/";
    }

    private static byte[] woven(String place, byte[] content, Weaver weaver, Set<String> digests) {
        if (!PluginClasses.isClass(place)) {
            return content;
        }
        try {
            byte[] woven = weaver.weave(content);
            digests.add(digest(woven));
            return woven;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its class [" + place + "] cannot be confined: " + e.getMessage(), e);
        }
    }

    private static void addMeter(String where, Map<String, byte[]> entries, Set<String> digests) {
        for (String name : METER) {
            try (InputStream in = Meter.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException(
                            "The bundle of the confined tier lacks [" + name + "]; build it anew");
                }
                byte[] content = in.readAllBytes();
                digests.add(digest(content));
                entries.put(where + Verifier.WOVEN + "woven/" + name, content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            // It is read once, by this process.
            out.setLevel(Deflater.BEST_SPEED);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
