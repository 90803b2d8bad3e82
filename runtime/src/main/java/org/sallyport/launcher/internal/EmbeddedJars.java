package org.sallyport.launcher.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;

/**
 * The bundles and plugins that lie on the class path below {@code META-INF/sallyport}, listed in {@code FOLDER.index}. A
 * jar is opened when it is installed, so those that are not wanted cost nothing.
 */
final class EmbeddedJars {
    /** The start level of those for which none is given. */
    static final int DEFAULT_START_LEVEL = 10;

    private static final String ROOT = "/META-INF/sallyport/";

    private EmbeddedJars() {}

    /** Where a jar's bytes come from. */
    interface Source {
        InputStream open() throws IOException;
    }

    /**
     * One jar.
     *
     * @param name its file name
     * @param startLevel lower ones start first
     * @param source its content
     */
    record EmbeddedJar(String name, int startLevel, Source source) {
        /** A jar on disk; its start level is the header {@code Sallyport-Start-Level} of its manifest. */
        static EmbeddedJar of(Path file) throws IOException {
            try (JarInputStream in = new JarInputStream(Files.newInputStream(file), false)) {
                Manifest manifest = in.getManifest();
                String level =
                        manifest == null ? null : manifest.getMainAttributes().getValue("Sallyport-Start-Level");
                return new EmbeddedJar(
                        file.toString(),
                        level == null ? DEFAULT_START_LEVEL : Integer.parseInt(level.strip()),
                        () -> Files.newInputStream(file));
            }
        }

        InputStream open() throws IOException {
            return source.open();
        }

        byte[] bytes() throws IOException {
            try (InputStream in = open()) {
                return in.readAllBytes();
            }
        }
    }

    /** The jars of a folder, those that start first first. */
    static List<EmbeddedJar> read(String folder) throws IOException {
        Properties levels = new Properties();
        try (InputStream in = resource("start-levels.properties")) {
            levels.load(in);
        }
        List<EmbeddedJar> jars = new ArrayList<>();
        String index;
        try (InputStream in = resource(folder + ".index")) {
            index = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String line : index.split("\n")) {
            String name = line.strip();
            if (!name.isEmpty()) {
                String level = levels.getProperty(name.split("-[0-9]", 2)[0]);
                jars.add(new EmbeddedJar(
                        name,
                        level == null ? DEFAULT_START_LEVEL : Integer.parseInt(level),
                        () -> resource(folder + "/" + name)));
            }
        }
        jars.sort(Comparator.comparingInt(EmbeddedJar::startLevel).thenComparing(EmbeddedJar::name));
        return jars;
    }

    /** Another file below {@code META-INF/sallyport}, if it is there. */
    static Optional<byte[]> find(String path) throws IOException {
        try (InputStream in = EmbeddedJars.class.getResourceAsStream(ROOT + path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }

    private static InputStream resource(String path) throws IOException {
        InputStream in = EmbeddedJars.class.getResourceAsStream(ROOT + path);
        if (in == null) {
            throw new IOException("resource [" + ROOT + path + "] is missing from the launcher's jar; build it anew");
        }
        return in;
    }
}
