package org.sallyport.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

@DisplayName("The verification of the audit")
class VerificationTest {
    private static final long LARGE = JsonLinesAudit.MAX_FILE;

    @TempDir
    Path home;

    private final ScheduledExecutorService sealing = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void end() {
        sealing.shutdownNow();
    }

    /** One run of the audit. Nothing is signed in the background before a test is over. */
    private final class Run {
        final Seals seals = new Seals(home.resolve("audit"), home.resolve("keys"), Clock.systemUTC(), sealing);
        final JsonLinesAudit audit;

        Run(long maxBytes) {
            audit = new JsonLinesAudit(
                    new AuditFile(home.resolve("audit"), "lifecycle", maxBytes), seals, Clock.systemUTC());
        }

        Run record(int times) {
            for (int i = 0; i < times; i++) {
                audit.record("plugin.active", "notes", Map.of("version", "1.0." + i));
            }
            return this;
        }

        Run seal() throws IOException {
            audit.seal();
            return this;
        }
    }

    private Object verify(Map<String, String> options) {
        Run reading = new Run(LARGE);
        AdminVerb verify = new AuditVerbs(reading.audit, reading.seals, home.resolve("keys"), false)
                .all().stream()
                        .filter(verb -> verb.name().equals("verify"))
                        .findFirst()
                        .orElseThrow();
        return verify.run(new Arguments(options, home));
    }

    private Verification.Result holds() {
        return (Verification.Result) verify(Map.of());
    }

    private void broken(String finding) {
        assertThatThrownBy(() -> verify(Map.of()))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("audit_broken"))
                .hasMessageContaining(finding);
    }

    private Path file() {
        return home.resolve("audit/lifecycle.jsonl");
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(file()));
    }

    @Test
    @DisplayName("holds over restarts, files that were let go, and what a crash left of a line")
    void whole() throws Exception {
        new Run(1_000).record(30).seal();
        Files.writeString(file(), "{\"seq\":31,\"pr", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        new Run(1_000).record(2).seal();

        Verification.Result result = holds();

        assertThat(result.last()).isEqualTo(32);
        assertThat(result.sealed()).isEqualTo(32);
        assertThat(result.first()).isGreaterThan(1);
        assertThat(result.records()).isEqualTo(32 - result.first() + 1);
        assertThat(result.torn()).isOne();
    }

    @Test
    @DisplayName("holds when records came after the last checkpoint, and says how far it is sealed")
    void unsealed() throws Exception {
        new Run(LARGE).record(3).seal().record(2);

        assertThat(holds().sealed()).isEqualTo(3);
        assertThat(holds().last()).isEqualTo(5);
    }

    @Test
    @DisplayName("finds a record that was changed, at each place")
    void changed() throws Exception {
        new Run(LARGE).record(5).seal();
        List<String> good = lines();
        for (int i = 0; i < good.size(); i++) {
            List<String> lines = new ArrayList<>(good);
            lines.set(i, lines.get(i).replace("plugin.active", "plugin.absent"));
            Files.write(file(), lines);

            broken("record [" + (i + 1) + "]");
        }
    }

    @Test
    @DisplayName("finds a record that was taken out, at each place")
    void removed() throws Exception {
        new Run(LARGE).record(5).seal();
        List<String> good = lines();
        for (int i = 0; i < good.size(); i++) {
            List<String> lines = new ArrayList<>(good);
            lines.remove(i);
            Files.write(file(), lines);

            broken("[" + (i + 1) + "]");
        }
    }

    @Test
    @DisplayName("finds records that changed places, and one that was put in")
    void moved() throws Exception {
        new Run(LARGE).record(5).seal();
        List<String> good = lines();

        List<String> swapped = new ArrayList<>(good);
        swapped.set(1, good.get(2));
        swapped.set(2, good.get(1));
        Files.write(file(), swapped);
        broken("record [2]");

        List<String> twice = new ArrayList<>(good);
        twice.add(2, good.get(1));
        Files.write(file(), twice);
        broken("stands behind");
    }

    @Test
    @DisplayName("finds that the end was cut off, also in the midst of a line, and that all is gone")
    void cutOff() throws Exception {
        new Run(LARGE).record(5).seal();
        String good = Files.readString(file());

        Files.writeString(file(), good.substring(0, good.length() - 20));
        broken("records [5] to [5] were cut off");

        Files.delete(file());
        broken("records [1] to [5] were cut off");
    }

    @Test
    @DisplayName("finds that the oldest files were taken away")
    void oldest() throws Exception {
        new Run(400).record(9).seal();
        Files.delete(home.resolve("audit/lifecycle.2.jsonl"));

        broken("are missing");
    }

    @Test
    @DisplayName("still finds a cut-off after the next run went on as if nothing was, and that run records it")
    void goneOn() throws Exception {
        new Run(LARGE).record(5).seal();
        Files.write(file(), lines().subList(0, 3));

        Run next = new Run(LARGE).record(4).seal();

        assertThat(lines().get(3)).contains("\"event\":\"audit.broken\"").contains("records [4] to [5] were cut off");
        assertThat(next.seals.checkpoint().orElseThrow().last().seq()).isEqualTo(8);
        broken("record [5]");
    }

    @Test
    @DisplayName("does not take a checkpoint that was written by somebody else, or none")
    void forged() throws Exception {
        new Run(LARGE).record(5).seal();
        Path checkpoint = home.resolve("audit/checkpoint.json");
        String good = Files.readString(checkpoint);

        Files.writeString(checkpoint, good.replace("\"last\":5", "\"last\":4"));
        broken("was not signed by the key");

        Files.delete(checkpoint);
        broken("there is no checkpoint");

        Files.writeString(checkpoint, "rubbish");
        assertThatThrownBy(() -> verify(Map.of())).hasMessageContaining("no checkpoint");
    }

    @Test
    @DisplayName("goes on behind a checkpoint that is damaged, and never forgets it")
    void damaged() throws Exception {
        new Run(LARGE).record(2).seal();
        Files.writeString(home.resolve("audit/checkpoint.json"), "rubbish");

        new Run(LARGE).record(1).seal();

        broken("found its checkpoint damaged");
        assertThat(lines().get(2)).contains("audit.broken");
    }

    @Test
    @DisplayName("finds by checkpoints kept elsewhere that the whole was made anew, with a new key")
    void madeAnew() throws Exception {
        String elsewhere =
                new String(new Run(LARGE).record(5).audit.seal().orElseThrow().line(), StandardCharsets.UTF_8);
        Files.writeString(home.resolve("kept.jsonl"), elsewhere);
        Files.copy(home.resolve("keys/audit.pub"), home.resolve("kept.pub"));
        Map<String, String> withBoth = Map.of("checkpoints", "kept.jsonl", "key", "kept.pub");
        assertThat(((Verification.Result) verify(withBoth)).sealed()).isEqualTo(5);

        Files.move(home.resolve("audit"), home.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
        Files.delete(home.resolve("keys/audit.key"));
        new Run(LARGE).record(7).seal();

        assertThat(holds().last()).isEqualTo(7);
        assertThatThrownBy(() -> verify(withBoth)).hasMessageContaining("was changed after the checkpoint");
        assertThatThrownBy(() -> verify(Map.of("checkpoints", "kept.jsonl")))
                .hasMessageContaining("was not signed by the key");
    }

    @Test
    @DisplayName("stays whole when older files are let go and the process dies right then")
    void diesWhileLettingGo() throws Exception {
        Run run = new Run(200).record(15);
        // Nothing but what letting go itself signed.
        Checkpoint last = run.seals.checkpoint().orElseThrow();

        assertThat(last.first().seq()).isGreaterThan(1);
        assertThat(holds().first()).isGreaterThanOrEqualTo(last.first().seq());
    }

    @Test
    @DisplayName("keeps the secret key to its owner")
    void secret() throws Exception {
        new Run(LARGE).record(1).seal();

        assertThat(Files.getPosixFilePermissions(home.resolve("keys/audit.key")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    @DisplayName("lists the last records, by event and subject")
    void lists() throws Exception {
        Run run = new Run(LARGE).record(3);
        run.audit.record("config.applied", "conf", Map.of());
        AdminVerb list = new AuditVerbs(run.audit, run.seals, home.resolve("keys"), true)
                .all()
                .get(0);

        assertThat((List<?>) list.run(new Arguments(Map.of("last", "2"), home)))
                .extracting(entry -> ((AuditVerbs.Entry) entry).seq())
                .isEqualTo(List.of(3L, 4L));
        assertThat((List<?>) list.run(new Arguments(Map.of("event", "plugin.", "subject", "notes"), home)))
                .hasSize(3);
        assertThatThrownBy(() -> list.run(new Arguments(Map.of("last", "10001"), home)))
                .hasMessageContaining("[10000]");
    }
}
