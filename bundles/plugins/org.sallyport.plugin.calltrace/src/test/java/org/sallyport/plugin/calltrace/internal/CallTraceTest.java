package org.sallyport.plugin.calltrace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.testkit.TestJson.quoted;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyDecision.Kind;
import org.sallyport.testkit.TestCall;
import org.sallyport.testkit.TestJson;

@DisplayName("A call trace")
class CallTraceTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-20T12:00:00.5Z"), ZoneOffset.UTC);
    private static final Document CALL =
            quoted("{'method':'tools/call','id':1,'params':{'name':'t','arguments':{'a':'b'}}}");

    private static PolicyDecision decide(Document settings, TestCall call) {
        return new TracedCalls(TraceSettings.of(settings), NOON).process(call);
    }

    private static Document result(Document request, String result) {
        return decide(Document.EMPTY_OBJECT, TestCall.response(request, quoted("{'id':1,'result':" + result + "}")))
                .message()
                .orElseThrow()
                .get("result");
    }

    private static List<String> lines(Document result) {
        Document content = result.get("content");
        return content.get(content.size() - 1).get("text").text("").lines().toList();
    }

    @TestFactory
    @DisplayName("does what the recorded cases say")
    Stream<DynamicTest> cases() throws IOException {
        return TestJson.lines(CallTraceTest.class, "/cases.jsonl").stream()
                .map(line -> DynamicTest.dynamicTest(line.get("id").text(""), () -> check(line)));
    }

    private static void check(Document line) {
        Document input = line.get("input");
        Document expected = line.get("expected");
        Document config = line.get("config").get("plugins").get(0).get("config");
        if (input.get("kind").text("").equals("plugin_config")) {
            assertThatThrownBy(() -> TraceSettings.of(config)).isInstanceOf(SettingsException.class);
            return;
        }
        PolicyDecision decision = decide(config, TestCall.response(input.get("request"), input.get("message")));

        assertThat(decision.kind()).isEqualTo(Kind.MODIFY);
        List<Document> blocks =
                decision.message().orElseThrow().at("result", "content").values();
        assertThat(blocks.subList(0, blocks.size() - 1))
                .isEqualTo(expected.get("kept_blocks").values());
        Document fields = expected.at("appended_block", "fields");
        List<String> found = blocks.get(blocks.size() - 1)
                .get("text")
                .text("")
                .lines()
                .skip(1)
                .toList();
        assertThat(found).hasSameSizeAs(fields.keys());
        for (int i = 0; i < found.size(); i++) {
            String value = fields.values()
                    .get(i)
                    .text("")
                    .replace("{{ms}}", "12ms")
                    .replace("{{iso8601}}", "2026-11-20T12:00:00.500Z");
            assertThat(found.get(i)).isEqualTo(fields.keys().get(i) + ": " + value);
        }
    }

    @Test
    @DisplayName("keeps structured content, the error mark and what it does not know")
    void keepsTheRest() {
        Document result = result(CALL, "{'content':[],'structuredContent':{'x':1},'isError':true,'_meta':{'y':2}}");

        assertThat(result.without("content"))
                .isEqualTo(quoted("{'structuredContent':{'x':1},'isError':true,'_meta':{'y':2}}"));
        assertThat(result.get("content").size()).isOne();
    }

    @Test
    @DisplayName("wraps a result that is no object")
    void wrapsScalars() {
        Document result = result(CALL, "['é',1]");

        assertThat(result.get("content").get(0).get("text").text("")).isEqualTo("[\n  \"é\",\n  1\n]");
        assertThat(result.get("content").size()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "tools/call ; {'id':1,'error':{'code':-32600,'message':'m'}}",
                "tools/call ; {'id':1}",
                "tools/call ; {'id':1,'result':{'task':{'taskId':'t1','status':'working'}}}",
                "tools/call ; {'id':1,'result':{'resultType':'input_required'}}",
                "tools/list ; {'id':1,'result':{'content':[]}}"
            })
    @DisplayName("passes errors, tasks and answers to other requests")
    void passes(String method, String response) {
        Document request = CALL.with("method", Document.of(method));

        assertThat(decide(Document.EMPTY_OBJECT, TestCall.response(request, quoted(response))))
                .isSameAs(PolicyDecision.pass());
    }

    @Test
    @DisplayName("passes requests")
    void passesRequests() {
        assertThat(decide(Document.EMPTY_OBJECT, TestCall.request(CALL)).kind()).isEqualTo(Kind.PASS);
    }

    @Test
    @DisplayName("says so where it knows nothing")
    void unknown() {
        Document request = quoted("{'method':'tools/call','params':[]}");

        assertThat(lines(decide(Document.EMPTY_OBJECT, TestCall.response(request, quoted("{'result':{'content':[]}}")))
                        .message()
                        .orElseThrow()
                        .get("result")))
                .containsExactly(
                        "Call trace",
                        "Server: srv",
                        "Tool: [Unknown]",
                        "Params: {}",
                        "Response: 15 B",
                        "Duration: N/A",
                        "Request ID: N/A",
                        "Timestamp: 2026-11-20T12:00:00.500Z");
    }

    @Test
    @DisplayName("lets no name or argument make up a field")
    void noForgery() {
        Document request = Document.object("method", Document.of("tools/call"))
                .with("id", Document.of("7\nTool: fake"))
                .with(
                        "params",
                        Document.object("name", Document.of("t\r\nServer: fake"))
                                .with("arguments", Document.object("a", Document.of("x\u2028y\nServer: fake"))));

        assertThat(lines(result(request, "{'content':[]}")))
                .filteredOn(line -> line.startsWith("Server:") || line.startsWith("Tool:"))
                .containsExactly("Server: srv", "Tool: t??Server: fake");
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "0 ; ...",
                "1 ; {...",
                "10 ; {\"k\": \"é\uD83D\uDE00z...",
                "11 ; {\"k\": \"é\uD83D\uDE00z\"...",
                "12 ; {\"k\": \"é\uD83D\uDE00z\"}",
                "13 ; {\"k\": \"é\uD83D\uDE00z\"}"
            })
    @DisplayName("cuts long arguments by characters, never within one")
    void cuts(int max, String expected) {
        assertThat(PythonJson.text(quoted("{'k':'é\uD83D\uDE00z'}"), max)).isEqualTo(expected);
    }

    @Test
    @DisplayName("counts what is not ASCII as escapes")
    void sizes() {
        // json.dumps gives {"a": ["\u00e9", "\ud83d\ude00", "\n\u007f\u0001", -1.5e3, true, null]}
        Document value = Document.object(
                "a",
                Document.array(
                        Document.of("é"),
                        Document.of("\uD83D\uDE00"),
                        Document.of("\n\u007f\u0001"),
                        Document.number("-1.5e3"),
                        Document.TRUE,
                        Document.NULL));

        assertThat(PythonJson.size(value)).isEqualTo(71);
        assertThat(PythonJson.size(quoted("{}"))).isEqualTo(2);
        assertThat(PythonJson.size(quoted("{'a':1,'b':[]}"))).isEqualTo("{\"a\": 1, \"b\": []}".length());
    }

    @ParameterizedTest(name = "{0} bytes are {1}")
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KB",
        "1536, 1.5 KB",
        "1048524, 1023.9 KB",
        "1048575, 1024.0 KB",
        "1048576, 1.0 MB",
        "1610612736, 1.5 GB",
        "5497558138880, 5120.0 GB"
    })
    @DisplayName("gives sizes in steps of 1024")
    void readableSizes(long bytes, String expected) {
        assertThat(Sizes.readable(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"-1, false", "0, true", "65536, true", "65537, false"})
    @DisplayName("refuses an impossible length")
    void lengths(long length, boolean possible) {
        Document settings = Document.object("max_param_length", Document.of(length));

        if (possible) {
            assertThat(TraceSettings.of(settings).maxParamLength()).isEqualTo((int) length);
        } else {
            assertThatThrownBy(() -> TraceSettings.of(settings))
                    .isInstanceOfSatisfying(
                            SettingsException.class, e -> assertThat(e.path()).isEqualTo("/max_param_length"));
        }
    }
}
