package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Where the files of the virtual machine lie that this one and its workers run. */
final class JavaFiles {
    private JavaFiles() {}

    /** Its own folder, as it is said and as it is; and what its files link to outside of that. */
    static List<Path> all() throws IOException {
        Path java = Path.of(System.getProperty("java.home"));
        Path home = java.toRealPath();
        Set<Path> needed = new TreeSet<>();
        needed.add(java);
        needed.add(home);
        try (Stream<Path> files = Files.walk(home, 4)) {
            for (Path link : (Iterable<Path>) files.filter(Files::isSymbolicLink)::iterator) {
                if (Files.exists(link)) {
                    Path target = link.toRealPath();
                    if (!target.startsWith(home) && target.startsWith("/etc")) {
                        needed.add(Files.isDirectory(target) ? target : target.getParent());
                    }
                }
            }
        }
        return List.copyOf(needed);
    }
}
