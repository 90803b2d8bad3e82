package org.sallyport.launcher.internal.guard;

import java.io.File;
import java.io.FileInputStream;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** Tries what needs permissions. Nothing of it does harm if it is let. */
public final class Canary {
    private static final String FILE = "/etc/hostname";

    private Canary() {}

    /** The attempts by name. */
    public static Map<String, Callable<Object>> attempts() {
        Map<String, Callable<Object>> attempts = new TreeMap<>();
        attempts.put("file", () -> new File(FILE).exists());
        // The frame of a method reference is a hidden one.
        attempts.put("file by reference", () -> Optional.of(new File(FILE)).map(File::length));
        attempts.put("file by stream", () -> {
            new FileInputStream(FILE).close();
            return "";
        });
        attempts.put("file by path", () -> Files.readAllBytes(Path.of(FILE)));
        attempts.put("listen", () -> {
            new ServerSocket(0).close();
            return "";
        });
        attempts.put("interfaces", NetworkInterface::getNetworkInterfaces);
        attempts.put("process", () -> ProcessHandle.current().pid());
        attempts.put("environment", () -> System.getenv("PATH"));
        attempts.put("property", () -> System.getProperty("user.home"));
        attempts.put("locale", () -> {
            Locale.setDefault(Locale.getDefault());
            return "";
        });
        attempts.put("thread", () -> {
            new Thread(() -> {}, "canary").start();
            return "";
        });
        attempts.put(
                "reflection", () -> Canary.class.getClassLoader().getParent().loadClass("org.sallyport.launcher.Main"));
        attempts.put("loader", () -> URLClassLoader.newInstance(new URL[0]));
        return attempts;
    }
}
