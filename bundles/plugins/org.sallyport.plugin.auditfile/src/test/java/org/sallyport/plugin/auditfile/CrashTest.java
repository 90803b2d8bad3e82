package org.sallyport.plugin.auditfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An audit file whose process ends badly")
@Timeout(60)
class CrashTest {
    @TempDir
    Path folder;

    @BeforeEach
    void needsShell() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    }

    @Test
    @DisplayName("holds every line that was acknowledged before the kill")
    void killed() throws Exception {
        Path file = folder.resolve("log");
        Process process = WritingProcess.start(file, 0);
        int last;
        try (var said = process.inputReader()) {
            do {
                last = WritingProcess.number(WritingProcess.say(said));
            } while (last < 50);
            process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }

        new AuditFiles().log(file, "").append("after");

        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i <= last; i++) {
            assertThat(lines.get(i)).isEqualTo(WritingProcess.line(i));
        }
        assertThat(lines.get(lines.size() - 1)).isEqualTo("after");
    }

    @Test
    @DisplayName("because it was full ends the half line, and goes on")
    void full() throws Exception {
        Path file = folder.resolve("log");
        // 5 KiB take five lines of 1001 bytes and a part of the sixth.
        Process process = WritingProcess.start(file, 5);
        String last = "";
        try (var said = process.inputReader()) {
            for (String next = said.readLine(); next != null; next = said.readLine()) {
                last = next;
            }
            process.waitFor(30, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        assertThat(last).isEqualTo("failed 5");
        assertThat(Files.size(file)).isEqualTo(5 * 1024);

        new AuditFiles().log(file, "").append("after");

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(7);
        assertThat(lines.subList(0, 5))
                .containsExactly(
                        WritingProcess.line(0),
                        WritingProcess.line(1),
                        WritingProcess.line(2),
                        WritingProcess.line(3),
                        WritingProcess.line(4));
        assertThat(WritingProcess.line(5)).startsWith(lines.get(5));
        assertThat(lines.get(6)).isEqualTo("after");
    }
}
