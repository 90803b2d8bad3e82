package org.sallyport.it.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.EnumMap;
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
 * The attack corpus against the tiers that hold strangers: a hostile bundle that was given nothing, let in at level {@code untrusted}. One row of each
 * family by default, all with {@code -Dattacks=full}; {@code -Dattacks.table=FILE} writes what came of each.
 */
@DisplayName("A stranger's plugin that attacks")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackCorpusIT {
    private static final List<String> REPRESENTATIVE =
            List.of("FS-01", "NET-03", "PR-01", "JV-04", "RF-05", "CL-02", "TH-01", "OS-03", "RS-02", "CT-01", "CT-02");

    @TempDir
    private static Path folder;

    private final Map<GuardedTier, Trial> trials = new EnumMap<>(GuardedTier.class);
    private final Map<GuardedTier, String> useless = new EnumMap<>(GuardedTier.class);
    private final AttackTable table = new AttackTable(Runtime.version().feature());

    static Stream<Arguments> rows() throws Exception {
        return Chosen.of(REPRESENTATIVE);
    }

    @ParameterizedTest(name = "is held in the tier {0}: {1}", allowZeroInvocations = true)
    @MethodSource("rows")
    void held(GuardedTier tier, Row row) throws Exception {
        int java = Runtime.version().feature();
        if (row.from() > java) {
            table.put(row, tier, "n/a: from Java " + row.from() + " on");
            assumeTrue(false, row + " is there from Java " + row.from() + " on; this is " + java);
        } else if (row.variants().isEmpty()) {
            table.put(row, tier, row.kind() == Row.Kind.AT_THE_DOOR ? "refused: DoorAttacksIT" : "see " + row.note());
            return;
        }
        Trial.Result result = trial(tier).run(row);
        String gap = Gaps.of(tier, row);
        table.put(row, tier, result.passed() ? result.words() : "**open**: " + result.wrong());

        if (gap.isEmpty()) {
            assertThat(result.wrong())
                    .as("%s in the tier %s", row, tier.label())
                    .isEmpty();
        } else {
            assertThat(result.passed())
                    .as("%s is held in the tier %s now: take it from the gaps", row, tier.label())
                    .isFalse();
        }
    }

    private Trial trial(GuardedTier tier) throws Exception {
        String broken = useless.get(tier);
        if (broken != null) {
            throw new IllegalStateException(broken);
        } else if (!trials.containsKey(tier)) {
            try {
                trials.put(tier, new Trial(folder.resolve(tier.label()), "untrusted", tier.javaOptions()));
            } catch (IllegalStateException e) {
                useless.put(tier, e.getMessage());
                throw e;
            }
        }
        return trials.get(tier);
    }

    @AfterAll
    void close() throws Exception {
        for (Trial trial : trials.values()) {
            trial.close();
        }
        String file = System.getProperty("attacks.table", "");
        if (!file.isEmpty()) {
            table.write(Path.of(System.getProperty("sallyport.root")).resolve(file));
        }
    }
}
