package org.sallyport.launcher.internal.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.sallyport.spi.permission.Permissions;

/** Places that are the same for all: the JDK's own files, which all may read, and those of the kernel, which nobody may. */
final class FilePlaces {
    /** What the kernel shows as files: of processes, of itself, and devices. */
    private static final List<String> KERNEL = List.of("/proc", "/sys", "/dev");

    private static final Set<String> DEVICES = Set.of("/dev/random", "/dev/urandom", "/dev/null");

    /** How deep below the JDK's folder links are looked for: Debian keeps its configuration elsewhere. */
    private static final int DEPTH = 4;

    /** As what answers about the last part of a path itself are kept. */
    static final Map<String, String> LINKS = Map.of(
            "read",
            "link.read",
            "write",
            "link.write",
            "delete",
            "link.delete",
            "list",
            "link.list",
            "link",
            "link.link");

    private static final Set<String> JDK = jdk();

    private FilePlaces() {}

    /** Has what it knows ready. */
    static void load() {
        JDK.size();
    }

    static boolean permits(Permissions granted, String action, String path, boolean follow) {
        String real = RealPaths.of(path, follow);
        if (real == null) {
            return false;
        }
        boolean reads = action.equals("read") || action.equals("list");
        if (DEVICES.contains(real)) {
            return reads;
        }
        if (KERNEL.stream().anyMatch(place -> isBelow(real, place))) {
            return false;
        }
        return reads && JDK.stream().anyMatch(place -> isBelow(real, place)) || granted.permits("file", action, real);
    }

    private static boolean isBelow(String path, String place) {
        return path.startsWith(place) && (path.length() == place.length() || path.charAt(place.length()) == '/');
    }

    private static Set<String> jdk() {
        Set<String> places = new LinkedHashSet<>();
        Path home = Path.of(System.getProperty("java.home"));
        places.add("/usr/share/zoneinfo");
        places.add("/etc/localtime");
        places.add("/etc/timezone");
        try {
            places.add(home.toRealPath().toString());
            for (String part : List.of("conf", "lib")) {
                try (Stream<Path> files = Files.walk(home.resolve(part), DEPTH)) {
                    for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                        if (Files.exists(link)) {
                            places.add(link.toRealPath().toString());
                        }
                    }
                }
            }
        } catch (IOException e) {
            // The JDK then cannot read what is missing here on behalf of a plugin: that is refused, as it has to be.
            return Set.copyOf(places);
        }
        return Set.copyOf(places);
    }
}
