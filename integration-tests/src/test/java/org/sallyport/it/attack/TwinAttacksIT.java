package org.sallyport.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The twins of the attacks: with exactly the permissions that {@link Twins} names, the same bundle does what it could not. One row of each family by
 * default, all with {@code -Dattacks=full}; {@code -Dattacks.table=FILE} writes what came of each.
 */
@DisplayName("What was an attack")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwinAttacksIT {
    private static final List<String> REPRESENTATIVE =
            List.of("FS-01", "NET-03", "PR-01", "JV-04", "RF-05", "CL-02", "TH-01", "EN-03", "OS-03", "RS-03");

    @TempDir
    private static Path folder;

    private final Map<String, TwinTrial> trials = new HashMap<>();
    private final AttackTable table =
            new AttackTable("twin", "granted", Twins::granted, Runtime.version().feature());

    static Stream<Arguments> rows() throws Exception {
        return Chosen.of(REPRESENTATIVE);
    }

    @ParameterizedTest(name = "works in the tier {0} when it is granted: {1}", allowZeroInvocations = true)
    @MethodSource("rows")
    void works(GuardedTier tier, Row row) throws Exception {
        int java = Runtime.version().feature();
        if (row.variants().isEmpty() || row.kind() == Row.Kind.CONTROL) {
            table.put(row, tier, Twins.elsewhere(row));
            return;
        }
        Twins.Twin twin = Twins.of(row, tier);
        if (row.from() > java) {
            table.put(row, tier, "n/a: from Java " + row.from() + " on");
            assumeTrue(false, row + " is there from Java " + row.from() + " on; this is " + java);
        } else if (!twin.never().isEmpty() && twin.permission().isEmpty()) {
            table.put(row, tier, "none: " + twin.never());
            return;
        }
        String wrong = trial(tier, twin.level()).run(row, twin);
        boolean works = wrong.isEmpty();
        table.put(row, tier, works ? "works" : twin.never().isEmpty() ? "**open**: " + wrong : "none: " + twin.never());

        if (twin.never().isEmpty()) {
            assertThat(wrong).as("%s with [%s]", row, twin.permission()).isEmpty();
        } else {
            assertThat(works)
                    .as("%s works with [%s] now: it is not true that %s", row, twin.permission(), twin.never())
                    .isFalse();
        }
    }

    private TwinTrial trial(GuardedTier tier, String level) throws Exception {
        String key = tier.label() + "-" + level;
        if (!trials.containsKey(key)) {
            trials.put(key, new TwinTrial(folder.resolve(key), level, tier));
        }
        return trials.get(key);
    }

    @AfterAll
    void close() throws Exception {
        for (TwinTrial trial : trials.values()) {
            trial.close();
        }
        String file = System.getProperty("attacks.table", "");
        if (!file.isEmpty()) {
            table.write(Path.of(System.getProperty("sallyport.root")).resolve(file));
        }
    }
}
