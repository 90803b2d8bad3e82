package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official conformance suite, through the real jar with all filters and auditors on. */
@DisplayName("The conformance suite of revision 2025-11-25")
class ConformanceIT {
    private static final int SCORED = 30;
    private static final Pattern SCENARIO = Pattern.compile("(?m)^([✓✗]) (\\S+): (\\d+) passed, (\\d+) failed");
    private static final Pattern UNSCORED = Pattern.compile("(?m)^ {2}[✓✗] (\\S+) \\(");

    @TempDir
    private Path folder;

    @BeforeAll
    static void install() throws Exception {
        Npm.install();
    }

    @Test
    @DisplayName("passes in front of a server by stdio")
    void stdio() throws Exception {
        assertConformance("--upstream-cmd", "node " + Npm.script("fixture.mjs") + " stdio");
    }

    @Test
    @DisplayName("passes in front of a server by Streamable HTTP")
    void http() throws Exception {
        try (NodeServer server = NodeServer.fixture()) {
            assertConformance("--upstream", server.mcp().toString());
        }
    }

    private void assertConformance(String option, String upstream) throws IOException, InterruptedException {
        Path home = folder.resolve("home");
        Path config = Files.writeString(folder.resolve("all.json"), """
                {
                  "audit-jsonl": { "output_file": "audit.jsonl" },
                  "audit-csv": { "output_file": "audit.csv" },
                  "audit-text": { "output_file": "audit.log" }
                }
                """);
        try (SallyportProcess gateway = SallyportProcess.run(home, "--config", config.toString(), option, upstream)) {
            var finished = SallyportProcess.Finished.of(
                    List.of(
                            Npm.node22(),
                            Npm.conformance(),
                            "server",
                            "--url",
                            "http://localhost:" + gateway.port() + "/mcp",
                            "--requirements",
                            "2025-11-25",
                            "--output-dir",
                            folder.resolve("results").toString()),
                    folder);

            assertThat(passed(finished.output())).as("%s", finished.output()).hasSize(SCORED);
            assertThat(finished.exitCode()).as("%s", finished.output()).isZero();
        }
    }

    /** The scored scenarios that passed and checked something. */
    private static Set<String> passed(String output) {
        String summary = output.substring(Math.max(0, output.indexOf("=== SUMMARY ===")));
        Set<String> unscored =
                UNSCORED.matcher(summary).results().map(found -> found.group(1)).collect(Collectors.toSet());
        Matcher scenarios = SCENARIO.matcher(summary);
        return scenarios
                .results()
                .filter(found -> found.group(1).equals("✓") && !found.group(3).equals("0"))
                .map(found -> found.group(2))
                .filter(name -> !unscored.contains(name))
                .collect(Collectors.toSet());
    }
}
