package org.sallyport.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows that need no sandbox: the platform holds them, and the controls work, in the host's own process too. */
@DisplayName("The platform alone")
class HeldAttacksIT {
    @TempDir
    private static Path folder;

    private static Trial trial;

    @BeforeAll
    static void open() throws Exception {
        trial = new Trial(folder.resolve("trial"), "internal");
    }

    @AfterAll
    static void close() throws Exception {
        trial.close();
    }

    static Stream<Row> rows() {
        return Corpus.ROWS.stream().filter(row -> !row.variants().isEmpty()).filter(row -> switch (row.kind()) {
            case HELD, CONTROL, AT_THE_DOOR -> true;
            default -> false;
        });
    }

    @ParameterizedTest(name = "holds {0}")
    @MethodSource("rows")
    void holds(Row row) throws Exception {
        Trial.Result result = trial.run(row);

        assertThat(result.wrong()).as("%s: %s", row, result.words()).isEmpty();
    }
}
