package org.sallyport.it;

import aQute.bnd.header.OSGiHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Manifest;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** What the product installs, for a framework that a test sets up; a class of its own, as it does not go into that one. */
final class Distribution {
    private Distribution() {}

    static Option[] bundles(Path folder) throws IOException {
        List<Option> bundles = new ArrayList<>();
        for (String name : text("/META-INF/sallyport/bundles.index").lines().toList()) {
            // No ports, no shell, no folders: what is tested is the wiring.
            if (!name.isBlank() && !name.matches("(org\\.sallyport\\.(gateway|deploy)|.*jline|netty).*")) {
                Path file = folder.resolve(name);
                try (InputStream in = Distribution.class.getResourceAsStream("/META-INF/sallyport/bundles/" + name)) {
                    Files.copy(in, file);
                }
                bundles.add(CoreOptions.bundle(file.toUri().toString()));
            }
        }
        return bundles.toArray(Option[]::new);
    }

    static String[] systemPackages() throws IOException {
        List<String> packages = new ArrayList<>();
        for (String artifact : List.of("org.sallyport.api", "org.sallyport.spi", "slf4j-api")) {
            try (InputStream in = Distribution.class.getResourceAsStream(
                    "/META-INF/sallyport/system/" + artifact + "/META-INF/MANIFEST.MF")) {
                String exports = new Manifest(in).getMainAttributes().getValue("Export-Package");
                OSGiHeader.parseHeader(exports)
                        .forEach((name, attributes) ->
                                packages.add(name.replace("~", "") + ";version=\"" + attributes.getVersion() + "\""));
            }
        }
        return packages.toArray(String[]::new);
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Distribution.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
