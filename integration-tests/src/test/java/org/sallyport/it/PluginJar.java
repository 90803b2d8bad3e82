package org.sallyport.it;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import aQute.lib.io.IO;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Builds a plugin as an author would, from source by compiler and bnd, with nothing on the class path but the API, the
 * plugin types and the annotations.
 */
public final class PluginJar {
    private final String symbolicName;
    private final String version;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> resources = new LinkedHashMap<>();
    private final List<String> omitted = new ArrayList<>();
    private final Set<String> packages = new LinkedHashSet<>();
    private int release = 17;
    private @Nullable Path compiled;

    private PluginJar(String symbolicName, String version) {
        this.symbolicName = symbolicName;
        this.version = version;
    }

    public static PluginJar of(String symbolicName, String version) {
        return new PluginJar(symbolicName, version);
    }

    /** A class by its full name. */
    public PluginJar source(String className, String text) {
        packages.add(className.substring(0, className.lastIndexOf('.')));
        sources.put(className, text);
        return this;
    }

    public PluginJar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public PluginJar resource(String path, byte[] content) {
        resources.put(path, content);
        return this;
    }

    /** A class that is compiled but left out of the jar, by its full name. */
    public PluginJar without(String className) {
        omitted.add(className.replace('.', '/') + ".class");
        return this;
    }

    /** The Java that the classes are for; 17 by default. */
    public PluginJar release(int feature) {
        release = feature;
        return this;
    }

    /** Takes classes that were {@linkplain #compile() compiled} before, of one package, in place of sources. */
    public PluginJar classes(Path folder, String packageName) {
        compiled = folder;
        packages.add(packageName);
        return this;
    }

    public byte[] build() {
        try {
            if (compiled != null) {
                return jar(compiled);
            }
            Path folder = compile();
            try {
                return jar(folder);
            } finally {
                IO.delete(folder.toFile());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compiles the sources into a new folder, which is the caller's to delete. */
    public Path compile() throws IOException {
        Path out = Files.createTempDirectory("plugin-classes");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<JavaFileObject> units = new ArrayList<>();
            sources.forEach((name, text) -> units.add(new Source(name, text)));
            List<String> options = List.of(
                    "--release", Integer.toString(release), "-d", out.toString(), "-cp", classPath(), "-proc:none");
            if (!units.isEmpty()
                    && !compiler.getTask(errors, files, null, options, null, units)
                            .call()) {
                throw new IllegalArgumentException("The plugin [" + symbolicName + "] does not compile:\n" + errors);
            }
        }
        return out;
    }

    private byte[] jar(Path classes) throws Exception {
        try (Builder builder = new Builder()) {
            builder.setBundleSymbolicName(symbolicName);
            builder.setBundleVersion(version);
            builder.setProperty("Private-Package", "*");
            builder.setProperty("-noextraheaders", "true");
            builder.setProperty("-reproducible", "true");
            headers.forEach(builder::setProperty);
            builder.addClasspath(classes.toFile());
            for (String entry : classPath().split(File.pathSeparator)) {
                builder.addClasspath(new File(entry));
            }
            builder.setProperty("Private-Package", String.join(",", packages));
            if (packages.isEmpty()) {
                builder.setProperty("-resourceonly", "true");
            }
            Jar jar = builder.build();
            if (!builder.isOk()) {
                throw new IllegalArgumentException(
                        "The plugin [" + symbolicName + "] does not build: " + builder.getErrors());
            }
            resources.forEach((path, content) -> jar.putResource(path, new EmbeddedResource(content, 0)));
            omitted.forEach(jar::remove);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            jar.write(bytes);
            return bytes.toByteArray();
        }
    }

    /** Only what an author sees. */
    private static String classPath() {
        Set<String> visible = Set.of(
                "org.sallyport.api",
                "org.sallyport.type.security",
                "org.sallyport.type.middleware",
                "org.sallyport.type.auditing",
                "slf4j-api",
                "jspecify",
                "osgi.annotation",
                "org.osgi.service.component.annotations",
                "org.osgi.service.metatype.annotations",
                "osgi.core",
                "org.osgi.resource",
                "org.osgi.dto",
                "org.osgi.framework");
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String path = entry.replace(File.separatorChar, '/');
            if (visible.stream().anyMatch(name -> path.contains("/" + name + "-") || path.contains("/" + name + "/"))) {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
