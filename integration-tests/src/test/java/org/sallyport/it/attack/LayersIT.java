package org.sallyport.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each layer switched off in turn: which rows hold all the same. A few rows by default, with {@code -Dattacks=full} those of each family that differ in
 * what holds them; {@code -Dattacks.layers=JAIL} other layers than those of the tier confined, {@code -Dattacks.rows=FS-01} other rows, {@code -Dattacks.table=FILE} writes what
 * came of each.
 */
@Tag("long")
@DisplayName("Without one layer")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LayersIT {
    private static final boolean FULL = "full".equals(System.getProperty("attacks"));

    private static final List<String> FEW = List.of("FS-01", "FS-24", "NET-01", "OS-05", "RS-03");

    private static final List<String> TELLING = List.of(
            "FS-01", "FS-15", "FS-24", "NET-01", "NET-03", "PR-01", "JV-04", "RF-02", "RF-05", "CL-01", "TH-01",
            "EN-03", "OS-03", "OS-05", "RS-02", "RS-03");

    @TempDir
    private static Path folder;

    private final AttackTable table = new AttackTable(
            "without", "expected", AttackTable::expected, Runtime.version().feature());

    static List<Row> rows() {
        Set<String> only = Set.of(System.getProperty("attacks.rows", "").split(","));
        return Corpus.ROWS.stream()
                .filter(row -> !row.variants().isEmpty() && row.kind() != Row.Kind.CONTROL)
                .filter(row -> row.from() <= Runtime.version().feature())
                .filter(row -> only.contains("") ? (FULL ? TELLING : FEW).contains(row.id()) : only.contains(row.id()))
                .toList();
    }

    @ParameterizedTest(name = "another one holds what it held: {0}")
    @EnumSource(Layer.class)
    void held(Layer layer) throws Exception {
        List<String> layers = List.of(
                System.getProperty("attacks.layers", "VERIFIER,WEAVER,GUARD").split(","));
        assumeTrue(layers.contains(layer.name()), "only " + layers + " are switched off");
        String jar = System.getProperty("sallyport.jar");
        List<String> open = new ArrayList<>();
        List<String> traces = new ArrayList<>();
        Path here = folder.resolve(layer.name());
        System.setProperty("sallyport.jar", layer.jar(Path.of(jar), here).toString());
        try (Trial trial = new Trial(here.resolve("trial"), "untrusted", layer.javaOptions())) {
            for (Row row : rows()) {
                Trial.Result result = trial.run(row);
                table.put(row, layer.label(), result.passed() ? result.words() : "**open**: " + result.wrong());
                if (!result.passed()) {
                    open.add(row.id());
                    traces.addAll(result.traces());
                }
            }
        } finally {
            System.setProperty("sallyport.jar", jar);
        }

        List<String> known = rows().stream()
                .map(Row::id)
                .filter(Gaps.without(layer)::contains)
                .toList();
        assertThat(open).as(layer.label()).containsExactlyElementsOf(known);
        assertThat(traces).as("what was touched %s", layer.label()).isEmpty();
    }

    @AfterAll
    void close() throws Exception {
        String file = System.getProperty("attacks.table", "");
        if (!file.isEmpty()) {
            table.write(Path.of(System.getProperty("sallyport.root")).resolve(file));
        }
    }
}
