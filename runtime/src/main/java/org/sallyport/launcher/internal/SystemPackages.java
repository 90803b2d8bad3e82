package org.sallyport.launcher.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.jar.Manifest;

/**
 * The packages of the class path that bundles see: those that the API, the SPI and SLF4J export, with their versions,
 * and those that the embedding application shows. The manifests of the three lie in our own jar, put there by the build,
 * because a flat jar has only one manifest of its own.
 */
final class SystemPackages {
    private static final List<String> SHARED = List.of("org.sallyport.api", "org.sallyport.spi", "slf4j-api");

    private SystemPackages() {}

    /** The value of {@code org.osgi.framework.system.packages.extra}. */
    static String extra(Map<String, String> hostPackages) throws IOException {
        StringBuilder extra = new StringBuilder();
        for (String artifact : SHARED) {
            extra.append(extra.isEmpty() ? "" : ",").append(exportsOf(artifact));
        }
        hostPackages.forEach((name, version) -> extra.append(',')
                .append(name)
                .append(";version=\"")
                .append(version)
                .append('"'));
        return extra.toString();
    }

    private static String exportsOf(String artifact) throws IOException {
        String resource = "/META-INF/sallyport/system/" + artifact + "/META-INF/MANIFEST.MF";
        try (InputStream in = SystemPackages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("resource [" + resource + "] is missing from the launcher's jar; build it anew");
            }
            return new Manifest(in).getMainAttributes().getValue("Export-Package");
        }
    }
}
