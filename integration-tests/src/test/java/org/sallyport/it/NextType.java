package org.sallyport.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The next version of the bundle of the plugin type {@code security}: its contract has one more method. */
final class NextType {
    static final String NAME = "org.sallyport.type.security";

    private NextType() {}

    /** The one that was built. */
    static Path built() throws IOException {
        Path target = Path.of(System.getProperty("sallyport.root"), "bundles/types", NAME, "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(
                            file -> file.getFileName().toString().matches(NAME.replace(".", "\\.") + "-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** @param version of the bundle; the package is in version 1.1.0 */
    static byte[] jar(String version) throws IOException {
        // Before all others by its name, so that whoever counts methods by their places counts otherwise than before.
        Path classes = PluginJar.of(NAME, version)
                .source(NAME + ".SecurityPlugin", """
                        package org.sallyport.type.security;

                        import org.sallyport.api.config.Settings;

                        public interface SecurityPlugin {
                            default String about() { throw new IllegalStateException("Nobody calls this"); }

                            SecurityFilter configure(Settings settings);
                        }
                        """)
                .compile();
        String name = NAME.replace('.', '/') + "/SecurityPlugin.class";
        Map<String, byte[]> entries = JarBytes.headers(JarBytes.entries(Files.readAllBytes(built())), headers -> {
            headers.putValue("Bundle-Version", version);
            headers.putValue(
                    "Export-Package",
                    headers.getValue("Export-Package").replace("version=\"1.0.0\"", "version=\"1.1.0\""));
        });
        entries.put(name, Files.readAllBytes(classes.resolve(name)));
        aQute.lib.io.IO.delete(classes.toFile());
        return JarBytes.zip(entries);
    }
}
