package org.sallyport.worker.internal.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.sallyport.api.document.Document;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.sandbox.Guard;
import org.slf4j.Logger;

/**
 * The class path of workers: one jar with the framework, Declarative Services, the API, the plugin types and our side of the
 * worker, copied from what the host itself runs on. Nothing else of the host is in it.
 */
final class WorkerJar {
    /** What alone may call native code in a worker. */
    static final String MODULE = "org.sallyport.worker.internal.jail";

    private static final String MODULE_FOLDER = MODULE.replace('.', '/') + "/";

    private static final List<String> PREFIXES = List.of(
            "org/osgi/",
            "org/apache/felix/",
            "org/sallyport/api/",
            "org/sallyport/spi/",
            "org/slf4j/",
            "org/sallyport/launcher/internal/guard/",
            // What changes class files for the guard; in the executable jar it is among the guard's classes.
            "org/objectweb/asm/");

    /** The agent and its rules, as the launcher has them. */
    private static final String AGENT = "org.sallyport.launcher.internal.guard.GuardAgent";

    private static final String RULES = "META-INF/sallyport/guard.rules";
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private static final List<String> BUNDLES = List.of(
            "org.apache.felix.scr", "org.osgi.service.component", "org.osgi.util.function", "org.osgi.util.promise");

    private WorkerJar() {}

    /** Writes it. @param module gets what makes a jail, apart from the rest */
    static void write(BundleContext context, WorkerTypes types, Path file, Path module) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        for (Class<?> sample : samples(context)) {
            addSource(sample, entries);
        }
        List<String> packages = new ArrayList<>();
        packages.add(ownExports(context));
        Set<Bundle> bundles = new LinkedHashSet<>(types.bundles());
        for (Bundle bundle : context.getBundles()) {
            if (BUNDLES.contains(String.valueOf(bundle.getSymbolicName())) || bundle.equals(context.getBundle())) {
                bundles.add(bundle);
            }
        }
        for (Bundle bundle : bundles) {
            addBundle(bundle, entries);
            String exports = bundle.getHeaders("").get(Constants.EXPORT_PACKAGE);
            boolean shared =
                    types.bundles().contains(bundle) || "org.osgi.service.component".equals(bundle.getSymbolicName());
            if (shared && exports != null) {
                packages.add(exports);
            }
        }
        Properties worker = new Properties();
        worker.setProperty("packages", String.join(",", packages));
        ByteArrayOutputStream properties = new ByteArrayOutputStream();
        worker.store(properties, null);
        entries.put("META-INF/sallyport/worker.properties", properties.toByteArray());
        Map<String, byte[]> apart = new TreeMap<>();
        entries.keySet().stream()
                .filter(name -> name.startsWith(MODULE_FOLDER))
                .forEach(name -> apart.put(name, entries.get(name)));
        entries.keySet().removeAll(apart.keySet());
        Manifest named = manifest();
        named.getMainAttributes().putValue("Automatic-Module-Name", MODULE);
        apart.put(MANIFEST, bytes(named));
        zip(apart, module);
        Manifest manifest = manifest();
        if (hasGuard(context)) {
            manifest.getMainAttributes().putValue("Premain-Class", AGENT);
            manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        }
        entries.put(MANIFEST, bytes(manifest));
        // Last, as it is looked for to know whether both are there.
        zip(entries, file);
    }

    private static void zip(Map<String, byte[]> entries, Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (OutputStream out = Files.newOutputStream(temporary);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            // Read at each start, and a few MB at most.
            zip.setLevel(1);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        return manifest;
    }

    private static byte[] bytes(Manifest manifest) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        return bytes.toByteArray();
    }

    /** Whether there is a guard here that workers can have, too. */
    static boolean hasGuard(BundleContext context) {
        return context.getServiceReference(Guard.class) != null;
    }

    /** One class of each place from which the class path is made. */
    private static List<Class<?>> samples(BundleContext context) {
        List<Class<?>> samples =
                new ArrayList<>(List.of(BundleContext.class, Document.class, AdminVerb.class, Logger.class));
        ServiceReference<Guard> reference = context.getServiceReference(Guard.class);
        Guard guard = reference == null ? null : context.getService(reference);
        if (guard != null) {
            samples.add(guard.getClass());
            try {
                samples.add(Class.forName(
                        "org.objectweb.asm.ClassWriter", false, guard.getClass().getClassLoader()));
            } catch (ClassNotFoundException e) {
                // It is among the guard's classes.
            }
        }
        return samples;
    }

    /** What the host's framework exports of the API and SLF4J, without the rest. */
    private static String ownExports(BundleContext context) throws IOException {
        String exports = context.getProperty(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA);
        List<String> kept = new ArrayList<>();
        for (String one : clauses(exports == null ? "" : exports)) {
            if (one.startsWith("org.sallyport.api.") || one.startsWith("org.slf4j")) {
                kept.add(one);
            }
        }
        if (kept.isEmpty()) {
            throw new IOException("the framework does not export the API");
        }
        return String.join(",", kept);
    }

    /** The clauses of a header: parted by commas outside of quotes. */
    static List<String> clauses(String header) {
        List<String> clauses = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i <= header.length(); i++) {
            if (i == header.length() || header.charAt(i) == ',' && !quoted) {
                String clause = header.substring(start, i).strip();
                if (!clause.isEmpty()) {
                    clauses.add(clause);
                }
                start = i + 1;
            } else if (header.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return clauses;
    }

    private static boolean isWanted(String entry) {
        return entry.equals("default.properties")
                || entry.equals(RULES)
                || PREFIXES.stream().anyMatch(entry::startsWith);
    }

    private static void addSource(Class<?> sample, Map<String, byte[]> entries) throws IOException {
        Path source;
        try {
            source = Path.of(
                    sample.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException | RuntimeException e) {
            throw new IOException("the place of [" + sample.getName() + "] is not known", e);
        }
        if (Files.isDirectory(source)) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path path : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    String entry = source.relativize(path).toString().replace('\\', '/');
                    if (isWanted(entry)) {
                        entries.putIfAbsent(entry, Files.readAllBytes(path));
                    }
                }
            }
            return;
        }
        try (JarFile jar = new JarFile(source.toFile())) {
            for (var entry : Collections.list(jar.entries())) {
                if (!entry.isDirectory() && isWanted(entry.getName())) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        entries.putIfAbsent(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
    }

    private static void addBundle(Bundle bundle, Map<String, byte[]> entries) throws IOException {
        Enumeration<URL> found = bundle.findEntries("/", "*", true);
        Map<String, URL> urls = new LinkedHashMap<>();
        while (found != null && found.hasMoreElements()) {
            URL url = found.nextElement();
            String path = url.getPath().substring(1);
            if (!path.endsWith("/") && !path.startsWith("META-INF/") && !path.startsWith("OSGI-")) {
                urls.put(path, url);
            }
        }
        for (Map.Entry<String, URL> entry : urls.entrySet()) {
            try (InputStream in = entry.getValue().openStream()) {
                entries.putIfAbsent(entry.getKey(), in.readAllBytes());
            }
        }
    }

    /** What a jar for these versions of everything is called: by the bytes of what it is made of, as far as that is cheap to know. */
    static String name(BundleContext context, WorkerTypes types) {
        StringBuilder text = new StringBuilder(System.getProperty("java.home") + Runtime.version() + types.versions());
        for (Class<?> sample : samples(context)) {
            try {
                Path source = Path.of(sample.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI());
                text.append(source).append(Files.size(source)).append(Files.getLastModifiedTime(source));
            } catch (URISyntaxException | IOException | RuntimeException e) {
                text.append(System.nanoTime());
            }
        }
        return Sha.hex(text.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }
}
