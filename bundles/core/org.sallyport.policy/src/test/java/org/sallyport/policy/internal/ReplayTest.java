package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.policy.internal.Replay.Change;
import org.sallyport.policy.internal.Replay.Result;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("Recorded traffic")
class ReplayTest {
    private static final Security GUARD = call -> text(call).contains("s3cret")
            ? PolicyDecision.block("it says s3cret", "no_secrets")
            : PolicyDecision.allow();
    private static final Security MASK = call -> text(call).contains("s3cret")
            ? Bench.saying(call, text(call).replace("s3cret", "***"))
            : PolicyDecision.allow();

    private final Bench bench = new Bench();

    @TempDir
    Path folder;

    private Optional<RecorderComponent> recorder = Optional.empty();

    @AfterEach
    void close() {
        stop();
        bench.close();
    }

    private static String text(PolicyCall call) {
        return call.message().document().at("params", "text").text("");
    }

    private Path recording() {
        return folder.resolve("recording");
    }

    private void record(String what) {
        record(new Settings(what, new String[0], 1 << 20, 1 << 20, 1_000, 3));
    }

    private void record(Settings settings) {
        recorder = Optional.of(new RecorderComponent(bench.engine, Optional.of(recording()), settings));
    }

    /** What was recorded is written when this returns. */
    private void stop() {
        recorder.ifPresent(RecorderComponent::deactivate);
        recorder = Optional.empty();
    }

    private String recorded() throws IOException {
        return Files.readString(recording().resolve("traffic.jsonl"));
    }

    private Result replay(String... arguments) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            values.put(arguments[i], arguments[i + 1]);
        }
        return (Result) new ReplayVerb(bench.engine, Optional.of(recording())).run(new Arguments(values, folder));
    }

    private Result replayBy(String policy) throws IOException {
        Files.writeString(folder.resolve("policy.json"), policy.replace('\'', '"'));
        return replay("policy", "policy.json");
    }

    private static Document saying(String text) {
        return Bench.REQUEST.with("params", Document.object("text", Document.of(text)));
    }

    private record Settings(
            String record,
            String[] servers,
            long max_message_bytes,
            long max_file_bytes,
            long max_file_messages,
            int max_files)
            implements RecorderComponent.Config {
        @Override
        public Class<? extends Annotation> annotationType() {
            return RecorderComponent.Config.class;
        }
    }

    @Nested
    @DisplayName("that passes again")
    class PassesAgain {
        @Test
        @DisplayName("is decided as before by the chain that decided it")
        void same() {
            record("full");
            bench.serve(FakePlugins.none().and("guard", GUARD).and("mask", MASK), "{'mask':{'priority':60}}");
            bench.pass(saying("hello"));
            bench.pass(saying("s3cret"));
            stop();

            Result result = replay();

            assertThat(result).isEqualTo(new Result(2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of()));
            assertThat(result.isGood()).isTrue();
        }

        @Test
        @DisplayName("shows each message that other settings decide otherwise, by whom and why")
        void otherSettings() throws IOException {
            record("full");
            bench.serve(FakePlugins.none().and("guard", GUARD).and("mask", MASK), "{'mask':{'enabled':false}}");
            PolicyResult blocked = bench.pass("files", saying("my s3cret"));
            bench.pass("files", saying("hello"));
            stop();

            Result result = replayBy("{'guard':{'enabled':false},'mask':{}}");

            assertThat(result.isGood()).isFalse();
            assertThat(result)
                    .usingRecursiveComparison()
                    .ignoringFields("changes")
                    .isEqualTo(new Result(2, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, List.of()));
            Change change = result.changes().get(0);
            assertThat(change.place()).isEqualTo("traffic.jsonl:1");
            assertThat(change.exchange()).isEqualTo(blocked.report().exchange().id());
            assertThat(change.server()).isEqualTo("files");
            assertThat(change.method()).isEqualTo("tools/call");
            assertThat(change.recorded()).isEqualTo("blocked");
            assertThat(change.then()).isEqualTo("guard blocked no_secrets");
            assertThat(change.outcome()).isEqualTo("modified");
            assertThat(change.now()).isEqualTo("mask modified changed");
            assertThat(change.reason()).isEqualTo("[mask] [modified]");
        }

        @Test
        @DisplayName("shows what another version of a plugin decides otherwise")
        void otherVersion() throws IOException {
            record("full");
            bench.serve(
                    FakePlugins.none()
                            .and(FakePlugins.version("guard", "1.0.0", Bench.ALLOWS))
                            .and(FakePlugins.version("guard", "2.0.0", GUARD).standingBeside()),
                    "{}");
            bench.pass(saying("s3cret"));
            bench.pass(saying("hello"));
            stop();

            assertThat(replay().changed()).isZero();
            Result result = replayBy("{'guard':{'version':'[2,3)'}}");

            assertThat(result.changed()).isEqualTo(1);
            assertThat(result.wouldBlock()).isEqualTo(1);
            assertThat(result.changes().get(0).now()).isEqualTo("guard blocked no_secrets");
        }

        @Test
        @DisplayName("brings each response into the exchange of its request, which is as it would be now")
        void responses() throws IOException {
            Middleware remembers = call -> {
                if (call.message().kind().equals(Message.REQUEST)) {
                    call.exchange().remember("seen", Document.of(text(call)));
                    return PolicyDecision.pass();
                }
                String request = call.request()
                        .map(asked -> asked.document().at("params", "text").text(""))
                        .orElse("none");
                return PolicyDecision.modify(
                        call.message()
                                .document()
                                .with(
                                        "result",
                                        Document.of(
                                                call.exchange().recall("seen").text("") + " as " + request)),
                        "",
                        "told");
            };
            record("full");
            bench.serve(
                    FakePlugins.none().and("mask", MASK).and("remembers", remembers),
                    "{'mask':{'priority':90},'remembers':{'priority':10}}");
            Exchange exchange = bench.begin("");
            PolicyResult request =
                    Bench.await(bench.engine.pass(exchange, Bench.request(saying("s3cret")), Optional.empty()));
            Document answer = Bench.json("{'jsonrpc':'2.0','id':7,'result':'none'}");
            PolicyResult response = Bench.await(bench.engine.pass(
                    exchange,
                    Bench.response("tools/call", answer),
                    Optional.of(Bench.request(request.message().orElseThrow()))));
            stop();

            assertThat(response.message().orElseThrow().get("result").text("")).isEqualTo("s3cret as ***");
            assertThat(replay("content", "").isGood()).isTrue();
            assertThat(replayBy("{'mask':{'enabled':false}}").changed()).isEqualTo(1);
        }

        @Test
        @DisplayName("says if only what a message is changed to differs, if that is asked for")
        void content() {
            record("full");
            bench.serve(FakePlugins.none().and("m", (Middleware) call -> Bench.saying(call, "one")), "{}");
            bench.pass();
            stop();
            bench.serve(
                    FakePlugins.none().and("m", (Middleware) call -> PolicyDecision.modify(
                            Bench.saying(call, "two").message().orElseThrow(), "", "changed")),
                    "{}");

            assertThat(replay().changed()).isZero();
            assertThat(replay("content", "").changed()).isEqualTo(1);
        }

        @Test
        @DisplayName("leaves out responses whose request would not go on now, or is not there")
        void unreached() throws IOException {
            record("full");
            bench.serve(FakePlugins.none().and("guard", GUARD), "{'guard':{'enabled':false}}");
            Exchange exchange = bench.begin("");
            Bench.await(bench.engine.pass(exchange, Bench.request(saying("s3cret")), Optional.empty()));
            Document answer = Bench.json("{'jsonrpc':'2.0','id':7,'result':{}}");
            Bench.await(bench.engine.pass(
                    exchange, Bench.response("tools/call", answer), Optional.of(Bench.request(saying("s3cret")))));
            Bench.await(bench.engine.pass(
                    bench.begin(""),
                    Bench.response("tools/call", answer),
                    Optional.of(Bench.request(saying("s3cret")))));
            stop();

            assertThat(replay().unreached()).isEqualTo(1);
            Result result = replayBy("{'guard':{}}");

            assertThat(result.unreached()).isEqualTo(2);
            assertThat(result.wouldBlock()).isEqualTo(1);
        }

        @Test
        @DisplayName("shows no more changes than asked for, and counts all")
        void limit() {
            record("full");
            bench.serve(FakePlugins.none(), "{}");
            bench.pass(saying("s3cret"));
            bench.pass(saying("s3cret"));
            stop();
            bench.serve(FakePlugins.none().and("guard", GUARD), "{}");

            assertThat(replay("limit", "1").changes()).hasSize(1);
            assertThat(replay("limit", "1").changed()).isEqualTo(2);
            assertThat(replay("limit", "0").changes()).isEmpty();
            assertThatThrownBy(() -> replay("limit", "10001")).hasMessage("[--limit] is 0 to 10000");
            assertThatThrownBy(() -> replay("limit", "-1")).hasMessage("[--limit] is 0 to 10000");
        }
    }

    @Nested
    @DisplayName("leaves no trace: ")
    class NoTrace {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        private long calls() {
            return bench.engine.callsOf("s").stream()
                    .mapToLong(one -> one.calls() + one.errors())
                    .sum();
        }

        @Test
        @DisplayName("no auditor hears of it, and nothing is counted or recorded")
        void quiet() {
            Auditing audit = report -> heard.add(report.exchange().id());
            record("full");
            bench.serve(FakePlugins.none().and("s", Bench.ALLOWS).and("audit", audit), "{'audit':{'critical':true}}");
            bench.pass();
            stop();
            long before = calls();

            Result result = replay();

            assertThat(result.same()).isEqualTo(1);
            assertThat(calls()).isEqualTo(before);
            assertThat(heard).hasSize(1);
        }

        @Test
        @DisplayName("a plugin knows that the message is recorded, and only then")
        void told() {
            Security tells = call -> {
                heard.add(call.message().method() + " " + call.replayed());
                return PolicyDecision.allow();
            };
            record("full");
            bench.serve(FakePlugins.none().and("s", tells), "{}");
            bench.pass();
            stop();

            replay();

            assertThat(heard).containsExactly("tools/call false", "tools/call true");
        }

        @Test
        @DisplayName("a plugin that fails on all of it is not suspended, reported or quarantined")
        void failing() throws IOException {
            Security fails = call -> {
                if (call.replayed()) {
                    throw new IllegalStateException("no");
                }
                return PolicyDecision.allow();
            };
            record("full");
            bench.serve(FakePlugins.none().and("s", fails), "{}");
            for (int i = 0; i < 200; i++) {
                bench.pass();
            }
            stop();

            Result result = replay();

            assertThat(result.wouldFail()).isEqualTo(200);
            assertThat(result.changes())
                    .hasSize(ReplayVerb.SHOWN)
                    .allSatisfy(change -> assertThat(change.now()).isEqualTo("s error plugin_failed"));
            assertThat(bench.reports).isEmpty();
            assertThat(bench.quarantined).isEmpty();
            assertThat(bench.engine.callsOf("s")).allMatch(one -> !one.suspended());
            assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
        }

        @Test
        @DisplayName("one that hangs keeps no thread of the chain in service, and the replay ends")
        void hanging() {
            Security hangs = call -> {
                if (call.replayed()) {
                    bench.hang();
                }
                return PolicyDecision.allow();
            };
            record("full");
            bench.serve(FakePlugins.none().and("s", hangs), "{}");
            bench.pass();
            stop();
            bench.deadline(Duration.ofMillis(100));

            Result result = replay();

            assertThat(result.wouldFail()).isEqualTo(1);
            bench.deadline(Bench.PATIENCE);
            assertThat(bench.pass().report().outcome()).isEqualTo(Outcome.ALLOWED);
            assertThat(bench.quarantined).isEmpty();
        }
    }

    @Nested
    @DisplayName("is recorded")
    class Recording {
        @Test
        @DisplayName("only if that is asked for")
        void off() {
            record("off");
            bench.serve(FakePlugins.none().and("guard", GUARD), "{}");

            bench.pass();
            stop();

            assertThat(recording()).doesNotExist();
            assertThatThrownBy(ReplayTest.this::replay)
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.code()).isEqualTo("not_found"))
                    .hasMessage("There is no recording at [" + recording()
                            + "]. [\"org.sallyport.policy.recording\": { \"record\": \"redacted\" }] in the"
                            + " configuration begins one");
        }

        @Test
        @DisplayName("without what a security plugin removed, and without the session")
        void redacted() throws IOException {
            record("redacted");
            bench.serve(FakePlugins.none().and("mask", MASK), "{}");
            bench.pass(saying("my s3cret"));
            bench.serve(FakePlugins.none().and("guard", GUARD), "{}");
            bench.pass(saying("my s3cret"));
            bench.pass(saying("hello"));
            stop();

            assertThat(recorded())
                    .contains("my ***", "\"content\":\"removed\"", "hello")
                    .doesNotContain("s3cret")
                    .doesNotContain("\"session\":\"session\"");
            Result result = replay();
            assertThat(result.messages()).isEqualTo(3);
            assertThat(result.same()).isEqualTo(2);
            assertThat(result.withoutContent()).isEqualTo(1);
        }

        @Test
        @DisplayName("and tells what a stricter policy finds in what went on redacted")
        void stricter() {
            record("redacted");
            bench.serve(FakePlugins.none().and("mask", MASK), "{}");
            bench.pass(saying("my s3cret"));
            stop();
            Security strict = call -> PolicyDecision.block("no stars", "stars");
            bench.serve(FakePlugins.none().and("mask", strict), "{}");

            Change change = replay().changes().get(0);

            assertThat(change.recorded()).isEqualTo("modified, recorded as it went on");
            assertThat(change.outcome()).isEqualTo("blocked");
        }

        @Test
        @DisplayName("where no plugin stands, too, and of the servers that are named alone")
        void servers() throws IOException {
            record(new Settings("full", new String[] {"files"}, 1 << 20, 1 << 20, 1_000, 3));
            bench.serve(FakePlugins.none(), "{}");

            assertThat(bench.engine.isEmpty("files")).isFalse();
            bench.pass("files", saying("one"));
            bench.pass("memory", saying("two"));
            stop();

            assertThat(bench.engine.isEmpty("files")).isTrue();
            assertThat(recorded().lines())
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line).contains("\"server\":\"files\"", "\"outcome\":\"no_security\"", "one"));
        }

        @Test
        @DisplayName("in files that nobody but the owner reads")
        void permissions() throws IOException {
            record("full");
            bench.serve(FakePlugins.none().and("guard", GUARD), "{}");
            bench.pass();
            stop();

            assertThat(Files.getPosixFilePermissions(recording().resolve("traffic.jsonl")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(recording()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }

        @Test
        @DisplayName("up to the largest message, and of larger ones what was decided")
        void largest() throws IOException {
            long size = Bench.request(saying("x".repeat(2_000))).bytes();
            record(new Settings("full", new String[0], size, 1 << 20, 1_000, 3));
            bench.serve(FakePlugins.none().and("guard", GUARD), "{}");
            bench.pass(saying("x".repeat(2_000)));
            bench.pass(saying("x".repeat(2_001)));
            stop();

            assertThat(recorded().lines()).hasSize(2);
            assertThat(recorded()).contains("x".repeat(2_000) + "\"").doesNotContain("x".repeat(2_001));
            assertThat(replay()).isEqualTo(new Result(2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, List.of()));
        }

        @Test
        @DisplayName("in so many files of so many messages; the oldest makes room")
        void files() throws IOException {
            record(new Settings("full", new String[0], 1 << 20, 1 << 20, 100, 2));
            bench.serve(FakePlugins.none(), "{}");
            for (int i = 0; i < 201; i++) {
                bench.pass(saying("n" + i));
            }
            stop();

            try (var files = Files.list(recording())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("traffic.jsonl", "traffic.jsonl.1");
            }
            assertThat(recorded().lines()).hasSize(1);
            assertThat(recorded()).contains("n200");
            assertThat(replay().messages()).isEqualTo(101);
        }

        @Test
        @DisplayName("in files of so many bytes, and is appended to what is there")
        void bytes() throws IOException {
            Settings settings = new Settings("full", new String[0], 1 << 20, 64 << 10, 1_000, 3);
            record(settings);
            bench.serve(FakePlugins.none(), "{}");
            bench.pass(saying("a".repeat(40_000)));
            stop();
            record(settings);
            bench.pass(saying("b"));
            bench.pass(saying("c".repeat(40_000)));
            stop();

            assertThat(recorded()).contains("ccc").doesNotContain("aaa");
            assertThat(Files.readString(recording().resolve("traffic.jsonl.1")).lines())
                    .hasSize(2);
            assertThat(replay().messages()).isEqualTo(3);
        }

        @Test
        @DisplayName("and read in spite of lines that are damaged, long or of another form")
        void damaged() throws IOException {
            record("full");
            bench.serve(FakePlugins.none(), "{}");
            bench.pass();
            stop();
            Files.writeString(
                    recording().resolve("traffic.jsonl"),
                    "{\"form\":2}\n[]\n{\"form\":1,\"content\":\"original\"}\n{\"form\":1,\"at\"",
                    StandardOpenOption.APPEND);
            record("full");
            bench.pass();
            stop();

            Result result = replay();

            assertThat(result.messages()).isEqualTo(2);
            assertThat(result.unreadable()).isEqualTo(4);
        }
    }

    @Nested
    @DisplayName("is not replayed by a policy")
    class Refused {
        @Test
        @DisplayName("that is refused where it is configured")
        void refused() {
            record("full");
            bench.serve(FakePlugins.none().and("guard", GUARD), "{}");
            bench.pass();
            stop();

            assertInvalid("{'guard':{'wrong':1}}", "guard/wrong: [wrong] is no setting");
            assertInvalid(
                    "{'guard':{'priority':101}}",
                    "guard/priority: priority must be an integer 0-100 (lower first), not [101]");
            assertInvalid(
                    "{'org.sallyport.policy':{}}",
                    "[org.sallyport.policy] is no entry of the policy; only those can be tried on a recording");
            assertInvalid("[]", "A policy is an object of entries, not [ARRAY]");
            assertThatThrownBy(() -> replayBy("{"))
                    .hasMessageStartingWith("The policy is not JSON, at line [1], column [");
        }

        private void assertInvalid(String policy, String message) {
            assertThatThrownBy(() -> replayBy(policy))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.code()).isEqualTo("invalid_policy"))
                    .hasMessage(message);
        }
    }
}
