package org.sallyport.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.document.Document;

/**
 * That the attacks are real: where nothing holds them, with the trust level {@code internal} in the host's own process, each one works. Those
 * that would end or fill the host take less of it here.
 */
@DisplayName("An attack that nothing holds")
class UnguardedAttacksIT {
    /** One of each family; all with {@code -Dattacks=full}. */
    private static final List<String> REPRESENTATIVE =
            List.of("FS-01", "NET-03", "PR-01", "JV-04", "RF-05", "CL-02", "TH-01", "EN-03", "OS-03", "RS-12");

    private static final boolean FULL = "full".equals(System.getProperty("attacks"));

    /**
     * What nobody gets, sandbox or not: the framework lets no name climb out of a bundle's storage, and threads that run
     * plugins have no loader of the host's as their context.
     */
    private static final Set<String> HELD_STEPS = Set.of("FS-23 getDataFile", "CL-05 context loader");

    /** Does not even get an import of what it attacks. */
    private static final Set<String> HELD_VARIANTS = Set.of("attack-os-08a");

    @TempDir
    private static Path folder;

    private static Outside outside;
    private static Stage stage;

    @BeforeAll
    static void open() throws Exception {
        outside = new Outside(folder.resolve("outside"));
        stage = Stage.open(folder.resolve("stage"), "internal", Map.of());
    }

    @AfterAll
    static void close() throws Exception {
        stage.close();
        outside.close();
    }

    static Stream<Row> rows() {
        return Corpus.ROWS.stream()
                .filter(row -> row.from() <= Runtime.version().feature())
                .filter(row ->
                        row.kind() == Row.Kind.HARMLESS || !row.harmless().isEmpty())
                .filter(row -> row.kind() != Row.Kind.HELD)
                .filter(row -> FULL || REPRESENTATIVE.contains(row.id()));
    }

    /** Works, seen from outside, or else by what the attack got hold of. */
    private static void assertWorked(Row row, Document answer) {
        List<Document> notes = Stage.notes(answer);
        assertThat(notes).as("%s", answer).isNotEmpty();
        if (row.id().equals("FS-15")) {
            assertThat(Outcome.tells(notes)).as("%s", answer).isTrue();
            return;
        }
        List<String> traces = outside.traces(answer);
        List<String> failed = new ArrayList<>();
        for (Document note : notes) {
            String step = row.id() + " " + note.get("step").text("");
            if (HELD_STEPS.contains(step)) {
                assertThat(note.has("did")).as("%s", note).isFalse();
            } else if (!note.has("did") && (note.has("threw") || traces.isEmpty())) {
                failed.add(note.toJson());
            }
        }
        assertThat(failed).as("steps of %s that did nothing", row).isEmpty();
    }

    @ParameterizedTest(name = "works: {0}")
    @MethodSource("rows")
    void works(Row row) throws Exception {
        for (Variant variant : row.variants()) {
            if (HELD_VARIANTS.contains(variant.id())) {
                assertThat(stage.install(variant.id(), AttackJars.of(variant))).contains("closed to plugins");
                continue;
            }
            outside.prepare();
            String installed = stage.install(variant.id(), AttackJars.of(variant));
            assertThat(installed).as("%s is let in", variant.id()).contains("ACTIVE");
            try {
                Map<String, Object> arguments = new HashMap<>(outside.arguments());
                arguments.putAll(row.harmless());
                Document answer = stage.attack(variant.id(), arguments);

                assertWorked(row, answer);
            } finally {
                stage.uninstall(variant.id());
            }
            stage.awaitNeighbour();
        }
    }
}
