package org.sallyport.registry.internal.sql;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds a JDBC driver in jars that the operator named. They get a class loader of their own, which sees Java and nothing
 * else, and which nobody else sees: as a bundle, a driver would offer its packages to every plugin.
 */
final class Drivers {
    private Drivers() {}

    /** @throws IOException if a jar is missing, or none has a driver for that URL */
    static Driver find(List<Path> jars, String url) throws IOException {
        try {
            for (Driver driver : ServiceLoader.load(Driver.class, loader(jars))) {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            }
        } catch (ServiceConfigurationError | LinkageError | SQLException e) {
            throw new IOException("the JDBC driver in " + where(jars) + " cannot be used: " + e, e);
        }
        throw new IOException("there is no JDBC driver for it in " + where(jars)
                + "; name the driver's jar under \"drivers\" in registry/store.json");
    }

    private static String where(List<Path> jars) {
        return jars.isEmpty() ? "the class path" : jars.toString();
    }

    private static ClassLoader loader(List<Path> jars) throws IOException {
        if (jars.isEmpty()) {
            return ClassLoader.getSystemClassLoader();
        }
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            if (!Files.isReadable(jar) || Files.isDirectory(jar)) {
                throw new IOException("the driver's jar [" + jar + "] is not there or cannot be read");
            }
            urls.add(jar.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
