package org.sallyport.plugin.auditjsonl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.testkit.TestJson.json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.testkit.TestContext;
import org.sallyport.testkit.TestJson;
import org.sallyport.testkit.TestReport;
import org.sallyport.testkit.TestSettings;
import org.sallyport.type.auditing.Auditor;

@DisplayName("A JSON Lines audit")
class AuditJsonlTest {
    private static final Document BODIES = json("{\"output_file\":\"log\",\"include_request_body\":true,"
            + "\"include_response_body\":true,\"include_notification_body\":true}");
    private static final Document CALL = json("{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"id\":5,"
            + "\"params\":{\"name\":\"send\",\"arguments\":{\"to\":\"a@example.com\"}}}");

    @TempDir
    Path folder;

    private String line(Document settings, PolicyReport report) throws Exception {
        try (Auditor auditor = new AuditJsonl(new TestContext(folder)).configure(TestSettings.of(settings))) {
            auditor.record(report);
        }
        String text = Files.readString(folder.resolve("log"));
        assertThat(text).endsWith("\n");
        assertThat(text.codePoints().filter(c -> c == '\n').count()).isOne();
        return text;
    }

    private Document written(Document settings, PolicyReport report) throws Exception {
        return json(line(settings, report));
    }

    @TestFactory
    @DisplayName("does what the recorded cases say")
    Stream<DynamicTest> cases() throws IOException {
        return TestJson.lines(AuditJsonlTest.class, "/cases.jsonl").stream()
                .map(line -> DynamicTest.dynamicTest(line.get("id").text(""), () -> check(line)));
    }

    private void check(Document line) throws Exception {
        Files.deleteIfExists(folder.resolve("log"));
        Document plugins = line.get("config").get("plugins");
        Document settings = plugins.get(plugins.size() - 1).get("config").with("output_file", Document.of("log"));
        Document expected = line.get("expected");
        TestReport report = TestReport.recorded(line);
        boolean redacted = expected.at("json", "event_type").text("").equals("REQUEST_MODIFIED");
        if (redacted) {
            Document wentOn = line.at("input", "message").with("params", expected.at("json", "request_body"));
            report = report.cleared(Outcome.MODIFIED, Optional.of(wentOn));
        }

        String text = line(settings, report);

        expected.get("json")
                .members()
                .forEach((key, value) -> assertThat(json(text).get(key)).as(key).isEqualTo(value));
        assertThat((long) text.length())
                .isLessThanOrEqualTo(expected.get("max_line").asLong(Long.MAX_VALUE));
        expected.get("absent").values().forEach(absent -> assertThat(text).doesNotContain(absent.text("")));
    }

    @Test
    @DisplayName("says who called, which exchange it was, and what each plugin decided")
    void wholeRecord() throws Exception {
        var stage = new PolicyReport.Stage(
                "pii",
                "security",
                "1.2.0",
                Outcome.ALLOWED,
                "seen",
                "pii_detected",
                json("{\"detected\":[\"email\"]}"),
                "abc",
                Duration.ofNanos(1_500_000),
                "");
        var failed = new PolicyReport.Stage(
                "other",
                "security",
                "1.0.0",
                Outcome.ERROR,
                "",
                "none",
                Document.EMPTY_OBJECT,
                "",
                Duration.ZERO,
                "timeout");

        Document record = written(
                json("{\"output_file\":\"log\"}"),
                TestReport.of("request", CALL).because("[pii] seen", stage, failed));

        assertThat(record)
                .isEqualTo(json("{\"timestamp\":\"2026-11-20T12:00:00.000Z\",\"event_type\":\"REQUEST\","
                        + "\"request_id\":5,\"server_name\":\"srv\",\"method\":\"tools/call\",\"tool\":\"send\","
                        + "\"pipeline_outcome\":\"allowed\",\"security_evaluated\":true,\"modified\":false,"
                        + "\"exchange_id\":\"x-1\",\"from_server\":false,\"principal\":\"jane\","
                        + "\"original_bytes\":99,\"content_cleared\":false,"
                        + "\"pipeline\":{\"pipeline_outcome\":\"allowed\",\"blocked_at_stage\":null,"
                        + "\"completed_by\":null,\"total_time_ms\":1.234,\"had_security_plugin\":true,\"stages\":["
                        + "{\"plugin\":\"pii\",\"type\":\"security\",\"version\":\"1.2.0\","
                        + "\"processing_time_ms\":1.5,\"outcome\":\"allowed\",\"error_type\":null,"
                        + "\"security_evaluated\":true,\"reason\":\"seen\",\"reason_code\":\"pii_detected\","
                        + "\"allowed\":true,\"content_hash\":\"abc\",\"metadata\":{\"detected\":[\"email\"]}},"
                        + "{\"plugin\":\"other\",\"type\":\"security\",\"version\":\"1.0.0\","
                        + "\"processing_time_ms\":0,\"outcome\":\"error\",\"error_type\":\"timeout\","
                        + "\"security_evaluated\":false,\"reason\":\"\",\"reason_code\":\"none\","
                        + "\"allowed\":null,\"content_hash\":\"\",\"metadata\":{}}]},"
                        + "\"reason\":\"[pii] seen\"}"));
    }

    @Test
    @DisplayName("says how a response went and how long its request took")
    void response() throws Exception {
        Document record = written(
                json("{\"output_file\":\"log\"}"),
                TestReport.of("response", json("{\"id\":5,\"result\":{}}")).answering(CALL));

        assertThat(record.get("response_status").text("")).isEqualTo("success");
        assertThat(record.get("duration_ms")).isEqualTo(Document.of(1_234));
        assertThat(record.get("tool").text("")).isEqualTo("send");
        assertThat(record.has("error_code")).isFalse();
    }

    @Test
    @DisplayName("is valid JSON on one line for any text")
    void anyText() throws Exception {
        Random random = new Random(4);
        try (Auditor auditor = new AuditJsonl(new TestContext(folder)).configure(TestSettings.of(BODIES))) {
            for (int i = 0; i < 300; i++) {
                StringBuilder text = new StringBuilder("\u0085\u00a0\u200b\u2028\u2029\ufeff\"\\");
                random.ints(20, 0, 0x10000).forEach(c -> text.append((char) c));
                Document odd = Document.of(text.toString());
                auditor.record(TestReport.of(
                        "request",
                        CALL.with("id", odd)
                                .with("params", Document.object("name", odd).with(text.toString(), odd))));
            }
        }

        var lines = Files.readString(folder.resolve("log")).split("\n");
        assertThat(lines)
                .hasSize(300)
                .allSatisfy(line -> assertThat(json(line).get("request_body").keys())
                        .last()
                        .isEqualTo(json(line).get("request_id").text("")));
        assertThat(lines)
                .noneMatch(line ->
                        line.codePoints().anyMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029'));
    }

    @Test
    @DisplayName("has a surrogate without its partner as the escape it came as, in a name as in a value")
    void lonelySurrogates() throws Exception {
        Document arguments = json("{\"\\udfc2\":\"\\ud83d\",\"\ud83d\ude00\":\"a\\ud83d\"}");
        Document named = arguments.with("name", Document.of("t\udfc2"));

        String line = line(BODIES, TestReport.of("request", CALL.with("params", named)));

        assertThat(line).contains("\"tool\":\"t\\udfc2\"", "{\"\\udfc2\":\"\\ud83d\",\"\ud83d\ude00\":\"a\\ud83d\"");
        assertThat(json(line).get("request_body")).isEqualTo(named);
    }

    @Nested
    @DisplayName("with bodies")
    class WithBodies {
        @Test
        @DisplayName("has none unless asked for")
        void optIn() throws Exception {
            assertThat(line(json("{\"output_file\":\"log\"}"), TestReport.of("request", CALL)))
                    .doesNotContain("a@example.com");
        }

        @Test
        @DisplayName("has what a response or a notification says")
        void otherKinds() throws Exception {
            Document result = json("{\"id\":5,\"result\":{\"r\":1}}");
            assertThat(written(BODIES, TestReport.of("response", result).answering(CALL))
                            .get("response_body"))
                    .isEqualTo(json("{\"r\":1}"));
            Files.delete(folder.resolve("log"));
            Document error = json("{\"id\":5,\"error\":{\"code\":1,\"message\":\"m\"}}");
            assertThat(written(BODIES, TestReport.of("response", error).answering(CALL))
                            .get("response_body"))
                    .isEqualTo(json("{\"code\":1,\"message\":\"m\"}"));
            Files.delete(folder.resolve("log"));
            Document told = json("{\"method\":\"notifications/message\",\"params\":{\"n\":1}}");
            assertThat(written(BODIES, TestReport.of("notification", told)).get("notification_body"))
                    .isEqualTo(json("{\"n\":1}"));
        }

        @Test
        @DisplayName("has none of a blocked message, nor of one whose guard failed before it had looked")
        void blocked() throws Exception {
            assertThat(line(BODIES, TestReport.of("request", CALL).cleared(Outcome.BLOCKED, Optional.empty())))
                    .doesNotContain("a@example.com", "request_body");
            Files.delete(folder.resolve("log"));
            assertThat(line(BODIES, TestReport.of("request", CALL).failed())).doesNotContain("a@example.com");
        }

        @Test
        @DisplayName("has the request, not the answer, of one that a middleware completed")
        void completed() throws Exception {
            Document answer = json("{\"id\":5,\"error\":{\"code\":-32601,\"message\":\"hidden\"}}");

            assertThat(written(BODIES, TestReport.of("request", CALL).became(Outcome.COMPLETED_BY_MIDDLEWARE, answer))
                            .get("request_body"))
                    .isEqualTo(CALL.get("params"));
        }

        @ParameterizedTest(name = "{0} characters")
        @CsvSource({"46, false", "47, true", "5000, true"})
        @DisplayName("cuts one that is longer than the limit in bytes, and says so")
        void cuts(int length, boolean cut) throws Exception {
            // {"a":"…"} is 8 bytes and the text; é is two bytes.
            Document params = Document.object("a", Document.of("é".repeat(length)));

            Document record = written(
                    BODIES.with("max_body_size", Document.of(100)),
                    TestReport.of("request", CALL.with("params", params)));

            assertThat(record.get("request_body_truncated").asBoolean(false)).isEqualTo(cut);
            if (cut) {
                assertThat(record.get("request_body").text("")).isEqualTo("{\"a\":\"" + "é".repeat(47));
                assertThat(record.get("request_body_bytes")).isEqualTo(Document.of(8 + 2L * length));
            } else {
                assertThat(record.get("request_body")).isEqualTo(params);
            }
        }

        @Test
        @DisplayName("cuts nothing if the limit is 0")
        void unlimited() throws Exception {
            Document params = Document.object("a", Document.of("z".repeat(200_000)));

            assertThat(written(
                                    BODIES.with("max_body_size", Document.of(0)),
                                    TestReport.of("request", CALL.with("params", params)))
                            .get("request_body"))
                    .isEqualTo(params);
        }

        @Test
        @DisplayName("has one that is as deep as a message can be")
        void deep() throws Exception {
            Document params = Document.EMPTY_OBJECT;
            while (params.depth() < Document.MAX_DEPTH - 1) {
                params = Document.object("d", params);
            }

            assertThat(written(
                                    BODIES.with("max_body_size", Document.of(0)),
                                    TestReport.of("request", CALL.with("params", params)))
                            .get("request_body"))
                    .isEqualTo(params);
        }
    }

    @Test
    @DisplayName("bounds what plugins report")
    void metadata() throws Exception {
        Document deep = Document.EMPTY_OBJECT;
        while (deep.depth() < Document.MAX_DEPTH) {
            deep = Document.object("d", deep);
        }
        Document large = Document.object("m", Document.of("x".repeat(JsonRecord.MAX_METADATA)));

        Document stages = written(
                        json("{\"output_file\":\"log\"}"),
                        TestReport.of("request", CALL).because("", stage(deep), stage(large)))
                .at("pipeline", "stages");

        assertThat(stages.get(0).get("metadata")).isEqualTo(json("{\"omitted_depth\":256}"));
        assertThat(stages.get(1).get("metadata")).isEqualTo(json("{\"omitted_characters\":8200}"));
    }

    private static PolicyReport.Stage stage(Document metadata) {
        return new PolicyReport.Stage(
                "p", "security", "1.0.0", Outcome.ALLOWED, "", "none", metadata, "", Duration.ZERO, "");
    }

    @Test
    @DisplayName("that cannot be written throws")
    void throwing() throws Exception {
        Files.createDirectory(folder.resolve("log"));
        Auditor auditor = new AuditJsonl(new TestContext(folder)).configure(TestSettings.of(BODIES));

        assertThatThrownBy(() -> auditor.record(TestReport.of("request", CALL))).isInstanceOf(PluginException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"-1, false", "0, true", "1, false", "49, false", "50, true", "1048576, true", "1048577, false"})
    @DisplayName("refuses a limit that leaves no room, or too much, and leaves no trace")
    void limits(long limit, boolean possible) {
        AuditJsonl plugin = new AuditJsonl(new TestContext(folder));
        Settings settings = TestSettings.of(BODIES.with("max_body_size", Document.of(limit)));

        if (possible) {
            assertThat(plugin.configure(settings)).isNotNull();
        } else {
            assertThatThrownBy(() -> plugin.configure(settings))
                    .isInstanceOfSatisfying(
                            SettingsException.class, e -> assertThat(e.path()).isEqualTo("/max_body_size"));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @DisplayName("says in a line where it writes")
    void status() {
        AuditJsonl plugin = new AuditJsonl(new TestContext(folder));

        assertThat(plugin.statusText(TestSettings.of(json("{\"output_file\":\"a/audit.jsonl\"}"))))
                .isEqualTo("JSON Lines to audit.jsonl");
        assertThat(plugin.statusText(TestSettings.of(BODIES))).isEqualTo("JSON Lines with bodies to log");
    }
}
