package org.sallyport.launcher.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says where the executable's log goes; has to be called before the first logger is made. */
final class Logs {
    private Logs() {}

    /** Into the home folder's {@code log}, and to standard error from a level on. What the user set stays. */
    static void into(Path home, String consoleLevel) {
        Path folder = home.toAbsolutePath().normalize().resolve("log");
        try {
            Files.createDirectories(folder);
            setUnlessSet("sallyport.log.folder", folder.toString());
        } catch (IOException e) {
            // The home folder cannot be used, which is said when it is opened.
        }
        setUnlessSet("sallyport.log.console", consoleLevel);
    }

    /** For a verb that runs once: only what went wrong, nothing into a file of the home folder. */
    static void quiet() {
        setUnlessSet("sallyport.log.console", "ERROR");
        setUnlessSet("sallyport.log.folder", System.getProperty("java.io.tmpdir"));
    }

    private static void setUnlessSet(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
