package org.sallyport.plugin.auditfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.testkit.TestJson.json;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.plugin.auditfile.AuditEvent.Failure;
import org.sallyport.testkit.TestReport;

@DisplayName("An audit event")
class AuditEventTest {
    private static final Document CALL =
            json("{\"method\":\"tools/call\",\"id\":5,\"params\":{\"name\":\"read\",\"arguments\":{}}}");

    private static AuditEvent error(String error) {
        return AuditEvent.of(TestReport.of("response", json("{\"id\":5,\"error\":" + error + "}"))
                .answering(CALL));
    }

    @ParameterizedTest(name = "{0} is {1}, {2}")
    @CsvSource({
        "-32700, PARSE_ERROR, parse_error",
        "-32600, INVALID_REQUEST_ERROR, invalid_request",
        "-32601, METHOD_NOT_FOUND_ERROR, method_not_found",
        "-32602, INVALID_PARAMS_ERROR, invalid_params",
        "-32603, INTERNAL_ERROR, internal_error",
        "-32000, UPSTREAM_ERROR, server_error",
        "-32099, UPSTREAM_ERROR, server_error",
        "-32100, APPLICATION_ERROR, application_error",
        "-31999, APPLICATION_ERROR, application_error",
        "0, APPLICATION_ERROR, application_error",
        "-32600.0, INVALID_REQUEST_ERROR, invalid_request",
        "1.5, APPLICATION_ERROR, unknown",
        "99999999999999999999, APPLICATION_ERROR, unknown",
        "null, APPLICATION_ERROR, unknown"
    })
    @DisplayName("of an error is named by its code")
    void codes(String code, String type, String classification) {
        AuditEvent event = error("{\"code\":" + code + ",\"message\":\"m\"}");

        assertThat(event.eventType()).isEqualTo(type);
        assertThat(event.error().orElseThrow().classification()).isEqualTo(classification);
        assertThat(event.responseStatus()).isEqualTo("error");
        assertThat(event.tool()).contains("read");
        assertThat(event.method()).isEqualTo("tools/call");
    }

    @Test
    @DisplayName("bears an error that is no object")
    void oddError() {
        AuditEvent event = error("\"broken\"");

        assertThat(event.error().orElseThrow().code()).isEqualTo(Document.NULL);
        assertThat(event.error().orElseThrow().message()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        "request, ALLOWED, REQUEST",
        "request, NO_SECURITY, REQUEST",
        "request, ERROR, REQUEST",
        "request, COMPLETED_BY_MIDDLEWARE, REQUEST",
        "request, MODIFIED, REQUEST_MODIFIED",
        "request, BLOCKED, SECURITY_BLOCK",
        "response, ALLOWED, RESPONSE",
        "response, MODIFIED, RESPONSE_MODIFIED",
        "response, BLOCKED, SECURITY_BLOCK",
        "notification, ALLOWED, NOTIFICATION",
        "notification, MODIFIED, NOTIFICATION_MODIFIED",
        "notification, BLOCKED, SECURITY_BLOCK"
    })
    @DisplayName("is named by kind and outcome")
    void types(String kind, Outcome outcome, String type) {
        assertThat(AuditEvent.of(TestReport.of(kind, json("{\"id\":1,\"method\":\"m\",\"result\":{}}"))
                                .with(outcome))
                        .eventType())
                .isEqualTo(type);
    }

    @Test
    @DisplayName("of a blocked message holds nothing but what is left of it")
    void blocked() {
        AuditEvent event = AuditEvent.of(TestReport.of("request", CALL).cleared(Outcome.BLOCKED, Optional.empty()));

        assertThat(event.tool()).isEmpty();
        assertThat(event.requestId()).isEqualTo(Document.of(5));
        assertThat(event.reasonOrOutcome()).isEqualTo("[s] [blocked]");
    }

    @Test
    @DisplayName("of a blocked call has the tool whose name was left")
    void blockedCall() {
        TestReport all = TestReport.of("request", CALL);
        TestReport cleared = all.cleared(Outcome.BLOCKED, Optional.empty());
        Document left = json("{\"id\":5,\"params\":{\"name\":\"read\"}}");

        assertThat(AuditEvent.of(cleared.leaving(left)).tool()).contains("read");
    }

    @ParameterizedTest(name = "{0} is {1} and {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":5}                             | success | ",
                "{\"id\":5,\"error\":{}}                | error   | unknown",
                "{\"id\":5,\"error\":{\"code\":-32602}} | error   | invalid_params"
            })
    @DisplayName("of a blocked response says what the server answered, as far as that was left")
    void blockedResponse(String left, String status, String classification) {
        AuditEvent event = AuditEvent.of(TestReport.of("response", json("{\"id\":5,\"error\":{\"code\":1}}"))
                .answering(CALL)
                .cleared(Outcome.BLOCKED, Optional.empty())
                .leaving(json(left)));

        assertThat(event.eventType()).isEqualTo("SECURITY_BLOCK");
        assertThat(event.responseStatus()).isEqualTo(status);
        assertThat(event.error().map(Failure::classification)).isEqualTo(Optional.ofNullable(classification));
        assertThat(event.error().map(Failure::message).orElse("")).isEmpty();
        assertThat(event.durationMillis()).isEqualTo(1_234);
    }

    @Test
    @DisplayName("names the tool as the client did, also when a middleware renamed it")
    void renamed() {
        Document sent = CALL.with("params", Document.object("name", Document.of("original")));

        assertThat(AuditEvent.of(TestReport.of("request", CALL).became(Outcome.MODIFIED, sent))
                        .tool())
                .contains("read");
    }

    @Test
    @DisplayName("has no tool for other methods, and bears params of any shape")
    void noTool() {
        assertThat(AuditEvent.of(TestReport.of(
                                "request", json("{\"method\":\"prompts/get\",\"params\":{\"name\":\"p\"}}")))
                        .tool())
                .isEmpty();
        assertThat(AuditEvent.of(TestReport.of("request", json("{\"method\":\"tools/call\",\"params\":[1]}")))
                        .tool())
                .isEmpty();
    }

    @Test
    @DisplayName("bounds every text that a stranger chose")
    void bounds() {
        String longText = "x".repeat(100_000);
        AuditEvent request = AuditEvent.of(TestReport.of(
                        "request",
                        CALL.with("id", Document.of(longText))
                                .with("params", Document.object("name", Document.of(longText))))
                .because(longText));
        AuditEvent response = error("{\"code\":1,\"message\":\"" + longText + "\"}");

        assertThat(request.requestId().text("")).hasSize(AuditEvent.MAX_NAME);
        assertThat(request.tool().orElseThrow()).hasSize(AuditEvent.MAX_NAME);
        assertThat(request.reason()).hasSize(AuditEvent.MAX_REASON);
        assertThat(response.error().orElseThrow().message()).hasSize(AuditEvent.MAX_ERROR_MESSAGE);
    }
}
