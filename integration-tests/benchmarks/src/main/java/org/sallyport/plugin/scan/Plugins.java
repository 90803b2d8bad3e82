package org.sallyport.plugin.scan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sallyport.api.document.Document;
import org.sallyport.testkit.TestSettings;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/**
 * The three content plugins as the shipped defaults configure them, in the order of the chain. Each is loaded from its
 * bundle by a loader of its own, as in the framework: the code that they share is there three times, so what the
 * compiler learns about it in one plugin does not slow the others down.
 */
final class Plugins {
    private static final List<Plugin> SHIPPED = List.of(
            new Plugin("secrets", "SecretsFilter", "block"),
            new Plugin("pii", "PiiFilter", "redact"),
            new Plugin("injection", "InjectionDefence", "redact"));

    private record Plugin(String bundle, String type, String action) {}

    private Plugins() {}

    /** All three, or the one of that bundle. */
    static SecurityFilter[] filters(String which) {
        return SHIPPED.stream()
                .filter(plugin -> which.equals("all") || which.equals(plugin.bundle))
                .map(Plugins::load)
                .toArray(SecurityFilter[]::new);
    }

    private static SecurityFilter load(Plugin plugin) {
        Document settings = Document.object("action", Document.of(plugin.action))
                .with("max_text_length", Document.of(16 * 1024 * 1024));
        String name = "org.sallyport.plugin." + plugin.bundle;
        try {
            Class<?> type = new PluginLoader(bundle(name)).loadClass(name + ".internal." + plugin.type);
            return ((SecurityPlugin) type.getConstructor().newInstance()).configure(TestSettings.of(settings));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The plugin [" + name + "] cannot be loaded", e);
        }
    }

    private static URL bundle(String name) {
        Path lib = Path.of(Plugins.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .resolveSibling("lib");
        try (Stream<Path> jars = Files.list(lib)) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(name + "-"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("No bundle [" + name + "] in [" + lib + "]"))
                    .toUri()
                    .toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes plugin classes from the bundle and all else from above, as the wires of a plugin do. */
    private static final class PluginLoader extends URLClassLoader {
        PluginLoader(URL bundle) {
            super(new URL[] {bundle}, Plugins.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.sallyport.plugin.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? findClass(name) : known;
            }
        }
    }
}
