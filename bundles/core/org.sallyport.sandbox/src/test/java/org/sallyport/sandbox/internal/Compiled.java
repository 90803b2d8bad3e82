package org.sallyport.sandbox.internal;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A plugin's archive, made from source. */
public final class Compiled {
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final StringBuilder manifest = new StringBuilder("Manifest-Version: 1.0\r\nBundle-ManifestVersion: 2\r\n");
    private int release = 17;

    /** A class {@code test.P} whose body is given, with the usual imports. */
    public static Compiled of(String body) {
        return new Compiled().source("test.P", "public class P {" + body + "}");
    }

    public static Compiled empty() {
        return new Compiled();
    }

    /**
     * One archive for each body, of a class {@code test.P0}, {@code test.P1}, …; compiled at once, as a compiler takes long to start.
     */
    public static List<byte[]> each(List<String> bodies, String... headers) {
        Compiled all = new Compiled();
        for (int i = 0; i < bodies.size(); i++) {
            all.source(
                    "test.P" + i,
                    "public class P" + i + " {" + bodies.get(i).replace("P.class", "P" + i + ".class") + "}");
        }
        Map<String, byte[]> classes = all.classes();
        List<byte[]> jars = new ArrayList<>();
        for (int i = 0; i < bodies.size(); i++) {
            Compiled one = new Compiled();
            for (int header = 0; header < headers.length; header += 2) {
                one.header(headers[header], headers[header + 1]);
            }
            String name = "test/P" + i;
            classes.forEach((entry, content) -> {
                if (entry.equals(name + ".class") || entry.startsWith(name + "$")) {
                    one.entry(entry, content);
                }
            });
            jars.add(one.jar());
        }
        return jars;
    }

    /** A class by its name; the text begins behind package and imports. */
    public Compiled source(String name, String text) {
        sources.put(name, "package " + name.substring(0, name.lastIndexOf('.')) + """
                ;
                import java.io.*; import java.math.*; import java.net.*; import java.nio.*; import java.nio.charset.*;
                import java.security.*; import java.text.*; import java.time.*; import java.util.*;
                import java.util.concurrent.*; import java.util.concurrent.atomic.*; import java.util.function.*;
                import java.util.regex.*; import java.util.stream.*; import java.lang.invoke.*;
                """ + text);
        return this;
    }

    public Compiled header(String name, String value) {
        manifest.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    public Compiled entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    /** For that release, and with strings joined at run time as compilers do. */
    public Compiled release(int feature) {
        release = feature;
        return this;
    }

    /** The class files, by entry. */
    public Map<String, byte[]> classes() {
        try {
            Path out = Files.createTempDirectory("compiled");
            try {
                compile(out);
                return read(out);
            } finally {
                delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(Path out) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
            List<JavaFileObject> units = new ArrayList<>();
            sources.forEach((name, text) -> units.add(new Source(name, text)));
            List<String> options = List.of(
                    "--release",
                    String.valueOf(release),
                    "-g",
                    "-d",
                    out.toString(),
                    "-proc:none",
                    "-cp",
                    System.getProperty("java.class.path"));
            if (!compiler.getTask(new StringWriter(), files, problems, options, null, units)
                    .call()) {
                throw new IllegalArgumentException("does not compile: " + problems.getDiagnostics());
            }
        }
    }

    private static Map<String, byte[]> read(Path folder) throws IOException {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                classes.put(
                        folder.relativize(file).toString().replace(File.separatorChar, '/'), Files.readAllBytes(file));
            }
        }
        return classes;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    public byte[] jar() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("META-INF/MANIFEST.MF", (manifest + "\r\n").getBytes(StandardCharsets.UTF_8));
        if (!sources.isEmpty()) {
            all.putAll(classes());
        }
        all.putAll(entries);
        return zip(all);
    }

    public static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
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

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
