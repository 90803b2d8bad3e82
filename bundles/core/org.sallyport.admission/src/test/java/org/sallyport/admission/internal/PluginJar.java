package org.sallyport.admission.internal;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Builds a plugin as an author would: from source, by compiler and bnd, against the API and the annotations alone. */
final class PluginJar {
    private static final List<Class<?>> VISIBLE = List.of(
            org.sallyport.api.action.PluginAction.class,
            org.slf4j.Logger.class,
            org.jspecify.annotations.NullMarked.class,
            org.osgi.annotation.bundle.Capability.class,
            org.osgi.service.component.annotations.Component.class,
            org.osgi.service.metatype.annotations.ObjectClassDefinition.class,
            org.osgi.framework.BundleContext.class);

    private final String id;
    private final String version;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, byte[]> resources = new LinkedHashMap<>();
    private final List<String> omitted = new ArrayList<>();
    private String attributes = "";
    private boolean plugin = true;

    private PluginJar(String id, String version) {
        this.id = id;
        this.version = version;
        header("Bundle-SymbolicName", symbolicName());
    }

    /** A plugin without a class but its package's. */
    static PluginJar of(String id, String version) {
        return new PluginJar(id, version);
    }

    /** A plugin with the component {@code Plugin}: an action whose other members and body are given. */
    static PluginJar action(String id, String version, String members, String body) {
        return of(id, version).component("Plugin", "PluginAction", members + """

                public String name() { return "call"; }
                public String description() { return "is called by a test"; }
                public Document parameters() { return Document.object(java.util.Map.of()); }
                public Document run(Document arguments, ActionCall call) {
                """ + body + "}");
    }

    /** An action that answers with a text. */
    static byte[] answering(String id, String version, String answer) {
        return action(id, version, "", "return Document.of(\"" + answer + "\");")
                .build();
    }

    /** A plugin that only gives a class to others, {@code Shared}, whose static method {@code text} answers with a text. */
    static PluginJar library(String id, String version, String answer) {
        PluginJar library = of(id, version)
                .source("Shared", "public class Shared { public static String text() { return \"" + answer + "\"; } }");
        return library.header("Export-Package", library.symbolicName() + ";version=" + version);
    }

    /** An action that answers with the text of a library, found by its name as it is not there at compile time. */
    static PluginJar using(String id, String version, String library, String range) {
        String name = of(library, "1").symbolicName();
        return action(id, version, "", """
                try { return Document.of((String) Class.forName("%s.Shared").getMethod("text").invoke(null)); }
                catch (ReflectiveOperationException e) { throw new IllegalStateException(e); }
                """.formatted(name))
                .header("Import-Package", name + ";version=\"" + range + "\",*");
    }

    /** The same, which answers also how often it was called, over all its revisions: its state is handed over. */
    static PluginJar counting(String id, String version, String library) {
        String name = of(library, "1").symbolicName();
        return of(id, version)
                .component("Plugin", "PluginAction, StateHandover", """
                private final java.util.concurrent.atomic.AtomicInteger calls =
                        new java.util.concurrent.atomic.AtomicInteger();
                private int saved;
                public String name() { return "call"; }
                public String description() { return "counts"; }
                public Document parameters() { return Document.object(Map.of()); }
                public Document run(Document arguments, ActionCall call) {
                    try {
                        String text = (String) Class.forName("%s.Shared").getMethod("text").invoke(null);
                        return Document.of(text + " " + calls.incrementAndGet());
                    } catch (ReflectiveOperationException e) { throw new IllegalStateException(e); }
                }
                public int schemaVersion() { return 1; }
                public Document saveState() { saved = calls.get(); return Document.of(saved); }
                public void restoreState(int schema, Document state) { calls.set((int) state.asLong(0)); }
                public Document saveRest() { return Document.of(calls.get() - saved); }
                public void mergeRest(int schema, Document rest) { calls.addAndGet((int) rest.asLong(0)); }
                """.formatted(name))
                .header("Import-Package", name + ",*");
    }

    /** A plugin type's bundle, built on nothing, that gives plugins what a library does. */
    static PluginJar type(String id, String version, String answer) {
        PluginJar type = library(id, version, answer).platform();
        return type.header("Provide-Capability", "org.sallyport.type;org.sallyport.type=" + id)
                // As bnd writes it: the resolver may choose who gives it.
                .header("Import-Package", type.symbolicName() + ";version=\"[1,9)\",*");
    }

    /** A component that implements and offers these types. */
    PluginJar component(String name, String types, String members) {
        return source(name, """
                @Component
                public class %s implements %s {
                %s
                }
                """.formatted(name, types, members));
    }

    PluginJar source(String name, String text) {
        sources.put(name, """
                package %s;
                import java.util.*;
                import org.osgi.framework.*;
                import org.osgi.service.component.annotations.*;
                import org.sallyport.api.action.*;
                import org.sallyport.api.document.Document;
                import org.sallyport.api.event.*;
                import org.sallyport.api.hook.*;
                import org.sallyport.api.plugin.*;
                """.formatted(symbolicName()) + text);
        return this;
    }

    /** More of the annotation, such as {@code aliases = "x"}. */
    PluginJar says(String more) {
        attributes += ", " + more;
        return this;
    }

    PluginJar header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    PluginJar resource(String path, String content) {
        resources.put(path, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** A bundle of the platform: it does not say that it is a plugin. */
    PluginJar platform() {
        plugin = false;
        return this;
    }

    /** A class that is compiled but left out of the jar. */
    PluginJar without(String name) {
        omitted.add(symbolicName().replace('.', '/') + "/" + name + ".class");
        return this;
    }

    String symbolicName() {
        return "test." + id.replace('-', '_');
    }

    byte[] build() {
        try {
            return jar(compile());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<File> classPath() {
        return VISIBLE.stream().map(PluginJar::place).map(Path::toFile).toList();
    }

    static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path compile() throws Exception {
        Path out = Files.createTempDirectory("plugin-classes");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<JavaFileObject> units = new ArrayList<>();
            units.add(new Source("package-info", """
                    %s
                    package %s;
                    """.formatted(plugin ? annotation() : "", symbolicName())));
            sources.forEach((name, text) -> units.add(new Source(name, text)));
            List<String> options = List.of(
                    "--release",
                    "17",
                    "-nowarn",
                    "-proc:none",
                    "-d",
                    out.toString(),
                    "-cp",
                    String.join(
                            File.pathSeparator,
                            classPath().stream().map(File::getPath).toList()));
            if (!compiler.getTask(errors, files, null, options, null, units).call()) {
                throw new IllegalArgumentException("The plugin [" + id + "] does not compile:\n" + errors);
            }
        }
        return out;
    }

    private String annotation() {
        return "@org.sallyport.api.plugin.SallyportPlugin(id = \"%s\", name = \"Test\", description = \"Made by a test\"%s)"
                .formatted(id, attributes);
    }

    private byte[] jar(Path classes) throws Exception {
        try (Builder builder = new Builder();
                Stream<Path> rests = Files.walk(classes)) {
            builder.setBundleVersion(version);
            builder.setProperty("-noextraheaders", "true");
            builder.setProperty("-reproducible", "true");
            builder.setProperty("Private-Package", symbolicName());
            headers.forEach(builder::setProperty);
            builder.addClasspath(classes.toFile());
            for (File entry : classPath()) {
                builder.addClasspath(entry);
            }
            Jar jar = builder.build();
            if (!builder.isOk()) {
                throw new IllegalArgumentException("The plugin [" + id + "] does not build: " + builder.getErrors());
            }
            resources.forEach((path, content) -> jar.putResource(path, new EmbeddedResource(content, 0)));
            omitted.forEach(jar::remove);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            jar.write(bytes);
            rests.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            return bytes.toByteArray();
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
