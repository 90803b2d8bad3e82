package org.sallyport.plugin.audittext.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.testkit.TestJson.json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.testkit.TestContext;
import org.sallyport.testkit.TestJson;
import org.sallyport.testkit.TestReport;
import org.sallyport.testkit.TestSettings;
import org.sallyport.type.auditing.Auditor;

@DisplayName("A plain text audit")
class AuditTextTest {
    private static final String NOON = "2026-11-20 12:00:00 UTC";
    private static final Document LIST = json("{\"method\":\"tools/list\",\"id\":1}");

    @TempDir
    Path folder;

    private String line(PolicyReport report) throws Exception {
        Files.deleteIfExists(folder.resolve("log"));
        try (Auditor auditor =
                new AuditText(new TestContext(folder)).configure(TestSettings.of(json("{\"output_file\":\"log\"}")))) {
            auditor.record(report);
        }
        String text = Files.readString(folder.resolve("log"));
        assertThat(text).endsWith("\n");
        assertThat(text.lines()).hasSize(1);
        return text.stripTrailing();
    }

    private static TestReport called(String tool) {
        return TestReport.of(
                "request",
                LIST.with("method", Document.of("tools/call"))
                        .with("params", Document.object("name", Document.of(tool))));
    }

    @TestFactory
    @DisplayName("does what the recorded cases say")
    Stream<DynamicTest> cases() throws IOException {
        return TestJson.lines(AuditTextTest.class, "/cases.jsonl").stream()
                .map(line -> DynamicTest.dynamicTest(line.get("id").text(""), () -> check(line)));
    }

    private void check(Document line) throws Exception {
        String written = line(TestReport.recorded(line));

        line.get("expected")
                .get("line")
                .text()
                .ifPresent(expected -> assertThat(written).isEqualTo(expected.replace("{{utc}}", NOON)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ALLOWED, ALLOWED",
        "MODIFIED, ALLOWED",
        "NO_SECURITY, NO_SECURITY",
        "BLOCKED, BLOCKED - [p] why",
        "COMPLETED_BY_MIDDLEWARE, MIDDLEWARE_RESPONSE - [p] why",
        "ERROR, ERROR - [p] why"
    })
    @DisplayName("says what became of a request or a notification")
    void outcomes(Outcome outcome, String expected) throws Exception {
        assertThat(line(called("read").because("[p] why").with(outcome)))
                .isEqualTo(NOON + " - REQUEST: tools/call - read - srv - " + expected);
        assertThat(line(TestReport.of("notification", json("{\"method\":\"n/m\"}"))
                        .because("[p] why")
                        .with(outcome)))
                .isEqualTo(NOON + " - NOTIFICATION: n/m - srv - " + expected);
    }

    @Test
    @DisplayName("says how a response went")
    void responses() throws Exception {
        assertThat(line(TestReport.of("response", json("{\"id\":1,\"result\":{}}"))
                        .answering(LIST)))
                .isEqualTo(NOON + " - RESPONSE - srv - success (1.234s)");
        assertThat(line(TestReport.of("response", json("{\"id\":1,\"error\":{\"code\":-32600,\"message\":\"a\\nb\"}}"))
                        .answering(LIST)))
                .isEqualTo(NOON + " - RESPONSE - srv - error -32600: a\\nb");
        assertThat(line(TestReport.of("response", json("{\"id\":1,\"error\":{}}"))
                        .answering(LIST)
                        .with(Outcome.BLOCKED)))
                .isEqualTo(NOON + " - RESPONSE - srv - BLOCKED");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "x - srv - ALLOWED ; \"x - srv - ALLOWED\"",
                "say \"hi\" ; \"say \\\"hi\\\"\"",
                "~ x~ ; \" x\"",
                "tab\there ; tab\\there",
                "~\u001b[31mred~ ; \\u001b[31mred",
                "a\u2028b ; a\\u2028b",
                "a-b ; a-b"
            })
    @DisplayName("lets no name make up parts of the line or drive the terminal")
    void forgery(String tool, String shown) throws Exception {
        assertThat(line(called(tool))).isEqualTo(NOON + " - REQUEST: tools/call - " + shown + " - srv - ALLOWED");
    }

    @Test
    @DisplayName("shows a surrogate without its partner as an escape, so that the file is UTF-8")
    void lonelySurrogates() throws Exception {
        assertThat(line(called("a\udfc2 \ud83d\ud83d\ude00")))
                .isEqualTo(NOON + " - REQUEST: tools/call - a\\udfc2 \\ud83d\ud83d\ude00 - srv - ALLOWED");
    }

    @Test
    @DisplayName("says so where there is no method or server")
    void nothing() throws Exception {
        assertThat(line(TestReport.of("request", json("{\"id\":1}")).on("")))
                .isEqualTo(NOON + " - REQUEST: [no method] - [no server] - ALLOWED");
    }

    @Test
    @DisplayName("refuses to go without a file")
    void noFile() {
        assertThatThrownBy(
                        () -> new AuditText(new TestContext(folder)).configure(TestSettings.of(Document.EMPTY_OBJECT)))
                .isInstanceOf(SettingsException.class);
    }

    @Test
    @DisplayName("says in a line where it writes")
    void status() {
        assertThat(new AuditText(new TestContext(folder))
                        .statusText(TestSettings.of(json("{\"output_file\":\"audit.log\"}"))))
                .isEqualTo("Plain text to audit.log");
    }
}
