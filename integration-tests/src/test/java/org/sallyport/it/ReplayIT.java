package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.it.SallyportProcess.Finished;
import org.sallyport.spi.json.Json;

/** What a gateway records of a real client, passed again by the command line. */
@Tag("long")
@DisplayName("Traffic that a gateway recorded")
class ReplayIT {
    @TempDir
    private Path folder;

    private Path recorded(String what) throws Exception {
        Path home = folder.resolve("home");
        Files.writeString(
                Files.createDirectories(home.resolve("conf")).resolve("recording.json"),
                "{\"org.sallyport.policy.recording\": {\"record\": \"" + what + "\"}}");
        try (SallyportProcess gateway = SallyportProcess.run(home)) {
            McpSession client = McpSession.open(gateway.mcp());
            for (String note : List.of("welcome", "contact", "deployment")) {
                client.call("fetch_note", Document.object("name", Document.of(note)));
            }
        }
        return home;
    }

    private Finished replay(Path home, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("policy", "replay", "--home", home.toString(), "--json"));
        words.addAll(List.of(more));
        return SallyportProcess.execute(words.toArray(String[]::new));
    }

    private Path policy(String text) throws Exception {
        return Files.writeString(folder.resolve("policy.json"), text);
    }

    @Test
    @DisplayName("is decided as it was; a milder policy shows what it would let by; nothing comes of either")
    void full() throws Exception {
        Path home = recorded("full");
        Path audit = home.resolve("data/audit-jsonl/audit.jsonl");
        String before = Files.readString(audit);

        Finished same = replay(home);
        assertThat(same.exitCode()).as(same.output()).isZero();
        Document report = Json.read(same.output());
        assertThat(report.get("messages").asLong(0)).isGreaterThanOrEqualTo(8);
        assertThat(report.get("same")).isEqualTo(report.get("messages"));

        Finished milder = replay(
                home,
                "--policy",
                policy("{ // for a day\n\"secrets-filter\": {\"action\": \"redact\"}}")
                        .toString());
        assertThat(milder.exitCode()).as(milder.output()).isEqualTo(1);
        Document changed = Json.read(milder.output());
        assertThat(changed.get("changed").asLong(0)).isEqualTo(1);
        Document change = changed.get("changes").get(0);
        assertThat(change.get("method").text("")).isEqualTo("tools/call");
        assertThat(change.get("kind").text("")).isEqualTo("response");
        assertThat(change.get("recorded").text("")).isEqualTo("blocked");
        assertThat(change.get("outcome").text("")).isEqualTo("modified");
        assertThat(change.get("then").text("")).startsWith("secrets-filter blocked");
        assertThat(change.get("now").text("")).startsWith("secrets-filter modified");
        assertThat(milder.output()).doesNotContain("AKIA");

        assertThat(Files.readString(audit)).isEqualTo(before);
    }

    @Test
    @DisplayName(
            "holds nothing that a plugin removed, if it was recorded so, and shows what a stricter policy would stop")
    void redacted() throws Exception {
        Path home = recorded("redacted");

        assertThat(Files.readString(home.resolve("recording/traffic.jsonl")))
                .contains("EMAIL REDACTED", "\"content\":\"removed\"")
                .doesNotContain("AKIA")
                .doesNotContain("@example");
        Finished same = replay(home);
        assertThat(same.exitCode()).as(same.output()).isZero();
        assertThat(Json.read(same.output()).get("withoutContent").asLong(0)).isEqualTo(1);
        // The server is named as the default configuration names it.
        Finished stricter = replay(
                home,
                "--policy",
                policy("{\"tool-manager\": {\"servers\": {\"notes\": {\"tools\": []}}}}")
                        .toString());
        assertThat(stricter.exitCode()).as(stricter.output()).isEqualTo(1);
        assertThat(Json.read(stricter.output()).get("wouldAnswer").asLong(0)).isEqualTo(3);
    }

    @Test
    @DisplayName("is said to be missing, unreadable or no match for a policy by exit codes of their own")
    void exitCodes() throws Exception {
        Path home = folder.resolve("empty");

        Finished missing = replay(home);
        assertThat(missing.exitCode()).as(missing.output()).isEqualTo(4);
        assertThat(missing.output()).contains("\"code\": \"not_found\"");

        Path recording = Files.writeString(folder.resolve("traffic.jsonl"), "not json\n");
        Finished unreadable = replay(home, recording.toString());
        assertThat(unreadable.exitCode()).as(unreadable.output()).isZero();
        assertThat(Json.read(unreadable.output()).get("unreadable").asLong(0)).isEqualTo(1);

        Finished refused = replay(
                home,
                recording.toString(),
                "--policy",
                policy("{\"pii-filter\": {\"actoin\": \"block\"}}").toString());
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(2);
        assertThat(refused.output()).contains("\"code\": \"invalid_policy\"", "actoin");
    }
}
