package org.sallyport.launcher.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import org.osgi.framework.Constants;

/** The bundles and plugins that lie on the class path below {@code META-INF/sallyport}, listed in {@code FOLDER.index}. */
final class EmbeddedJars {
    /** The start level of those for which none is given. */
    static final int DEFAULT_START_LEVEL = 10;

    private static final String ROOT = "/META-INF/sallyport/";

    private EmbeddedJars() {}

    /**
     * One jar.
     *
     * @param name its file name
     * @param bytes its content
     * @param startLevel lower ones start first
     */
    record EmbeddedJar(String name, byte[] bytes, int startLevel) {
        /** The jar of these bytes; its start level is read from them. */
        static EmbeddedJar of(String name, byte[] bytes) throws IOException {
            return new EmbeddedJar(name, bytes, EmbeddedJars.startLevelOf(bytes));
        }

        InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** The jars of a folder, those that start first first. */
    static List<EmbeddedJar> read(String folder) throws IOException {
        List<EmbeddedJar> jars = new ArrayList<>();
        for (String line : new String(bytes(folder + ".index"), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            if (!line.isBlank()) {
                jars.add(EmbeddedJar.of(line.strip(), bytes(folder + "/" + line.strip())));
            }
        }
        jars.sort(Comparator.comparingInt(EmbeddedJar::startLevel).thenComparing(EmbeddedJar::name));
        return jars;
    }

    private static int startLevelOf(byte[] jar) throws IOException {
        try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
            Attributes headers = in.getManifest() == null
                    ? new Attributes()
                    : in.getManifest().getMainAttributes();
            String level = headers.getValue("Sallyport-Start-Level");
            if (level == null) {
                String name = String.valueOf(headers.getValue(Constants.BUNDLE_SYMBOLICNAME));
                level = startLevels().getProperty(name.split(";", 2)[0].strip());
            }
            return level == null ? DEFAULT_START_LEVEL : Integer.parseInt(level.strip());
        }
    }

    private static Properties startLevels() throws IOException {
        Properties levels = new Properties();
        levels.load(new ByteArrayInputStream(bytes("start-levels.properties")));
        return levels;
    }

    private static byte[] bytes(String path) throws IOException {
        try (InputStream in = EmbeddedJars.class.getResourceAsStream(ROOT + path)) {
            if (in == null) {
                throw new IOException(
                        "resource [" + ROOT + path + "] is missing from the launcher's jar; build it anew");
            }
            return in.readAllBytes();
        }
    }
}
