package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads the bundles as they were built, and fails on what the house forbids. */
@DisplayName("The house")
class ArchitectureIT {
    private static final Path BUNDLES = Path.of(System.getProperty("sallyport.root"), "bundles");

    private static final Map<String, List<BuiltBundle>> ROOMS = new LinkedHashMap<>();

    @BeforeAll
    static void readBundles() throws IOException {
        for (String room : List.of("api", "core", "types", "hosts", "faces", "plugins")) {
            List<BuiltBundle> bundles = new ArrayList<>();
            try (Stream<Path> folders = Files.list(BUNDLES.resolve(room))) {
                for (Path folder : folders.sorted().toList()) {
                    if (Files.isRegularFile(folder.resolve("pom.xml"))) {
                        bundles.add(BuiltBundle.read(room, folder));
                    }
                }
            }
            assertThat(bundles).as("bundles in %s", room).isNotEmpty();
            ROOMS.put(room, bundles);
        }
    }

    @Test
    @DisplayName("gives each bundle one name: folder, symbolic name and root package")
    void oneName() {
        all().forEach(bundle -> {
            assertThat(bundle.symbolicName()).isEqualTo(bundle.folder());
            assertThat(bundle.ownPackages())
                    .as("packages of %s", bundle)
                    .allMatch(name -> name.equals(bundle.folder()) || name.startsWith(bundle.folder() + "."));
        });
    }

    @Test
    @DisplayName("exports nothing internal, and nothing at all from providers and plugins")
    void exports() {
        all().forEach(bundle ->
                assertThat(bundle.exports()).as("exports of %s", bundle).noneMatch(name -> name.contains(".internal")));
        rooms("core", "hosts", "faces", "plugins")
                .forEach(bundle ->
                        assertThat(bundle.exports()).as("exports of %s", bundle).isEmpty());
    }

    @Test
    @DisplayName("lets arrows point one way: plugins to types to api; hosts, faces and core to spi to api")
    void arrows() {
        rooms("plugins")
                .forEach(bundle -> assertThat(bundle.ours())
                        .as("what %s imports", bundle)
                        .allMatch(name ->
                                name.startsWith("org.sallyport.api.") || name.startsWith("org.sallyport.type.")));
        rooms("core", "hosts", "faces")
                .forEach(bundle -> assertThat(bundle.ours())
                        .as("what %s imports", bundle)
                        .allMatch(name ->
                                name.startsWith("org.sallyport.api.") || name.startsWith("org.sallyport.spi.")));
        rooms("types")
                .forEach(bundle -> assertThat(bundle.ours())
                        .as("what %s imports", bundle)
                        .allMatch(name -> name.startsWith("org.sallyport.api.")
                                || name.startsWith("org.sallyport.spi.")
                                || name.equals(bundle.folder())));
        rooms("api")
                .forEach(bundle -> assertThat(bundle.ours())
                        .as("what %s imports", bundle)
                        .allMatch(name -> name.startsWith("org.sallyport.api.")
                                || bundle.folder().equals("org.sallyport.spi")
                                        && name.startsWith("org.sallyport.spi.")));
    }

    @Test
    @DisplayName("keeps the spi out of what a plugin type exports")
    void typesHideSpi() {
        rooms("types")
                .forEach(bundle -> bundle.classes().forEach((name, bytes) -> {
                    if (!name.contains("/internal/")) {
                        assertThat(text(bytes)).as("%s in %s", name, bundle).doesNotContain("org/sallyport/spi/");
                    }
                }));
    }

    @Test
    @DisplayName("has no third-party type in the api but the logger")
    void apiIsOurs() {
        Set<String> foreign = rooms("api").stream()
                .filter(bundle -> bundle.folder().equals("org.sallyport.api"))
                .flatMap(bundle -> bundle.imports().stream())
                .filter(name -> !name.startsWith("org.sallyport.") && !name.startsWith("java."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(foreign).isSubsetOf("org.slf4j", "org.jspecify.annotations");
    }

    @Test
    @DisplayName("names no plugin outside the plugin and the default configuration")
    void pluginsAreEqual() throws IOException {
        Set<String> names = new TreeSet<>();
        for (BuiltBundle plugin : rooms("plugins")) {
            names.add(plugin.symbolicName());
            names.addAll(plugin.pluginNames());
        }
        // Ordinary words say nothing: a plugin called "notes" does not forbid the word.
        names.removeIf(name -> !name.contains("-") && !name.contains("_") && !name.contains("."));
        assertThat(names).hasSizeGreaterThan(10);

        for (BuiltBundle bundle : rooms("api", "core", "types", "hosts", "faces")) {
            bundle.everything().forEach((entry, bytes) -> {
                String content = text(bytes);
                assertThat(names.stream().filter(content::contains).toList())
                        .as("plugins named in %s of %s", entry, bundle)
                        .isEmpty();
            });
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static List<BuiltBundle> all() {
        return ROOMS.values().stream()
                .flatMap(List::stream)
                .filter(BuiltBundle::isBundle)
                .toList();
    }

    private static List<BuiltBundle> rooms(String... rooms) {
        return Stream.of(rooms)
                .flatMap(room -> ROOMS.get(room).stream())
                .filter(BuiltBundle::isBundle)
                .toList();
    }
}
