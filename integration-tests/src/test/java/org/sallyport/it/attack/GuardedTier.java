package org.sallyport.it.attack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** A tier that holds strangers. */
enum GuardedTier {
    /** In the host's process. */
    CONFINED("org.sallyport.sandbox-"),
    /** In a process of its own. */
    WORKER("org.sallyport.worker-");

    private final String bundle;

    GuardedTier(String bundle) {
        this.bundle = bundle;
    }

    /** Those that the jar under test has. */
    static List<GuardedTier> ofTheJar() throws IOException {
        try (ZipFile jar =
                new ZipFile(Path.of(System.getProperty("sallyport.jar")).toFile())) {
            List<String> names = jar.stream().map(entry -> entry.getName()).toList();
            return Stream.of(values())
                    .filter(tier -> names.stream().anyMatch(name -> name.contains("/" + tier.bundle)))
                    .toList();
        }
    }

    /** What makes strangers run in it, and what {@code -Dattacks.java} adds, such as another jail. */
    String[] javaOptions() {
        return Stream.concat(
                        Stream.of("-Dsallyport.tiers.untrusted=" + label()),
                        Stream.of(System.getProperty("attacks.java", "").split(" "))
                                .filter(word -> !word.isEmpty()))
                .toArray(String[]::new);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
