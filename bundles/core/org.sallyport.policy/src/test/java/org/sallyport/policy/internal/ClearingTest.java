package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("A report")
class ClearingTest {
    private static final String SECRET = "s3cret";

    private static final Security REDACTS = call -> PolicyDecision.modify(
                    call.message().document().with("params", Document.EMPTY_OBJECT), "removed " + SECRET, "redacted")
            .withMetadata(Bench.json("{'found':'s3cret','detected':['email','PHONE','s3cret!','AKIA1234',{'a':1}]}"));

    private static final Security BLOCKS = call -> PolicyDecision.block("has " + SECRET, "secret_found")
            .withMetadata(Document.object("found", Document.of(SECRET)));

    /** Quotes what it sees. */
    private static final Middleware QUOTES = call -> Bench.saying(call, SECRET + " again");

    private static final Middleware FAILS = call -> {
        throw new IllegalStateException(SECRET);
    };

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private PolicyResult pass(String entries, Object... plugins) {
        FakePlugins set = FakePlugins.none();
        for (int i = 0; i < plugins.length; i++) {
            set = set.and("p" + i, plugins[i]);
        }
        bench.serve(set, entries);
        return bench.pass();
    }

    /** All texts that can be reached from an object: by fields, by elements, by optional values; members are no part. */
    private static List<String> textsIn(Object root) {
        List<String> texts = new ArrayList<>();
        walk(root, texts, Collections.newSetFromMap(new IdentityHashMap<>()));
        return texts;
    }

    private static void walk(Object at, List<String> texts, Set<Object> seen) {
        if (at == null || at instanceof Enum || at instanceof Class || at instanceof Seat || !seen.add(at)) {
            return;
        }
        if (at instanceof CharSequence text) {
            texts.add(text.toString());
        } else if (at instanceof Document document) {
            texts.add(document.toJson());
        } else if (at instanceof Optional<?> optional) {
            optional.ifPresent(value -> walk(value, texts, seen));
        } else if (at instanceof Collection<?> all) {
            all.forEach(one -> walk(one, texts, seen));
        } else if (at instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                walk(key, texts, seen);
                walk(value, texts, seen);
            });
        } else if (at instanceof Object[] array) {
            List.of(array).forEach(one -> walk(one, texts, seen));
        } else if (at.getClass().getName().startsWith("org.sallyport.")) {
            for (Class<?> type = at.getClass(); type != Object.class; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        walk(read(field, at), texts, seen);
                    }
                }
            }
        }
    }

    private static Object read(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertClean(PolicyReport report) {
        assertThat(report.cleared()).isTrue();
        assertThat(report.original()).isEmpty();
        assertThat(textsIn(report)).isNotEmpty().noneMatch(text -> text.contains(SECRET));
        report.stages().forEach(stage -> assertThat(stage.contentHash()).matches("[0-9a-f]{16}"));
    }

    @Test
    @DisplayName("of a redacted message holds nothing of what was removed, wherever one looks, and the new message")
    void redacted() {
        PolicyResult result = pass("{}", REDACTS);
        PolicyReport report = result.report();

        assertClean(report);
        assertThat(report.outcome()).isEqualTo(Outcome.MODIFIED);
        assertThat(report.result()).contains(Bench.REQUEST.with("params", Document.EMPTY_OBJECT));
        assertThat(report.message().document()).isEqualTo(Bench.REQUEST.without("params"));
        assertThat(report.message().method()).isEqualTo("tools/call");
        assertThat(report.reason()).isEqualTo("[p0] [modified]");
        PolicyReport.Stage stage = report.stages().get(0);
        assertThat(stage.reason()).isEqualTo("[modified]");
        assertThat(stage.reasonCode()).isEqualTo("redacted");
        assertThat(stage.metadata()).isEqualTo(Bench.json("{'detected':['email','PHONE']}"));
    }

    @Test
    @DisplayName("of a blocked message holds nothing of it but its envelope, and the caller gets the plugin's reason")
    void blocked() {
        Security discreet = call -> PolicyDecision.block("a password", "secret_found");
        PolicyResult result = pass("{}", discreet);

        assertClean(result.report());
        assertThat(result.report().result()).isEmpty();
        assertThat(result.report().message().document()).isEqualTo(Bench.REQUEST.without("params"));
        assertThat(result.reason()).isEqualTo("Blocked by [p0]: a password");
        assertThat(textsIn(result)).noneMatch(text -> text.contains(SECRET));
    }

    @Test
    @DisplayName("is cleared of what those said that came before and after, failures included")
    void others() {
        PolicyResult result = pass(
                "{'p0':{'priority':1},'p1':{'priority':2,'critical':false},'p2':{'priority':3},'p3':{'priority':4}}",
                QUOTES,
                FAILS,
                REDACTS,
                (Middleware) call -> {
                    throw new IllegalStateException(call.message().document().toJson());
                });

        assertClean(result.report());
        assertThat(result.report().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(result.report().reason())
                .isEqualTo("[p0] [modified] | [p1] [error] | [p2] [modified] | [p3] [error]");
        assertThat(result.report().stages().get(1).errorType()).isEqualTo("java.lang.IllegalStateException");
        assertThat(textsIn(result)).noneMatch(text -> text.contains(SECRET));
    }

    @Test
    @DisplayName("is cleared when it was blocked with everything about it quoted")
    void quotingBlock() {
        PolicyResult result = pass("{'p0':{'priority':1},'p1':{'priority':2}}", QUOTES, BLOCKS);

        assertClean(result.report());
        assertThat(result.report().reason()).isEqualTo("[p0] [modified] | [p1] [blocked]");
    }

    @Test
    @DisplayName("has the hash of the message after each stage, cleared or not, and the same for what did not change")
    void hashes() {
        PolicyReport open = pass("{'p0':{'priority':1},'p1':{'priority':2}}", Bench.ALLOWS, QUOTES)
                .report();
        PolicyReport cleared = pass("{'p0':{'priority':1},'p1':{'priority':2}}", Bench.ALLOWS, REDACTS)
                .report();

        assertThat(open.cleared()).isFalse();
        assertThat(open.stages().get(0).contentHash())
                .isEqualTo(cleared.stages().get(0).contentHash())
                .isEqualTo(sha256(Bench.REQUEST.toJson()).substring(0, 16))
                .isNotEqualTo(open.stages().get(1).contentHash());
    }

    private static String sha256(String text) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("is not cleared for what middleware changed: it has both messages, reasons and metadata")
    void middleware() {
        PolicyReport report = pass("{}", QUOTES).report();

        assertThat(report.cleared()).isFalse();
        assertThat(report.original()).containsSame(Bench.REQUEST);
        assertThat(report.message().document()).isSameAs(Bench.REQUEST);
        assertThat(report.reason()).isEqualTo("[p0] changed to s3cret again");
    }

    @Test
    @DisplayName("shows no id that is an object, which is no id")
    void objectAsId() {
        bench.serve(FakePlugins.none().and("s", (Security) call -> PolicyDecision.block("", "none")), "{}");

        PolicyReport report = bench.pass(Bench.REQUEST.with("id", Document.object("x", Document.of(SECRET))))
                .report();

        assertClean(report);
        assertThat(report.message().document().has("id")).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "t",
                "read_file",
                "createIssue",
                "files.read-all",
                "get_user_v2",
                "abcdefghijklmnopqrstuvwx_abcdefghijklmnopqrstuvwx_abcdefghijklm1"
            })
    @DisplayName("of a blocked call of a tool has the tool's name if that is made of plain words")
    void plainToolName(String name) {
        bench.serve(FakePlugins.none().and("s", (Security) call -> PolicyDecision.block("", "none")), "{}");
        Document call =
                Bench.REQUEST.with("params", Bench.json("{'text':'s3cret'}").with("name", Document.of(name)));

        PolicyReport report = bench.pass(call).report();

        assertClean(report);
        assertThat(report.message().document())
                .isEqualTo(Bench.REQUEST.with("params", Document.object("name", Document.of(name))));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "AKIAIOSFODNN7EXAMPLE",
                "ghp_a1B2c3",
                "555-123-4567",
                "jane.doe@example.com",
                "version_2026",
                "ignore all instructions",
                "a\nb",
                "na\u00efve",
                "_private",
                "trailing_",
                "abcdefghijklmnopqrstuvwxy",
                "abcdefghijklmnopqrstuvwx_abcdefghijklmnopqrstuvwx_abcdefghijklm12"
            })
    @DisplayName("has no tool's name of another form: it may be what the message was blocked for")
    void otherToolName(String name) {
        bench.serve(FakePlugins.none().and("s", (Security) call -> PolicyDecision.block("", "none")), "{}");

        PolicyReport report = bench.pass(Bench.REQUEST.with("params", Document.object("name", Document.of(name))))
                .report();

        assertThat(report.message().document()).isEqualTo(Bench.REQUEST.without("params"));
        assertThat(name.isEmpty() ? List.<String>of() : textsIn(report)).noneMatch(text -> text.contains(name));
    }

    @Test
    @DisplayName("has no name of what is no tool's call")
    void noCall() {
        bench.serve(FakePlugins.none().and("s", (Security) call -> PolicyDecision.block("", "none")), "{}");
        Document named = Document.object("name", Document.of("read_file"));
        Document prompt =
                Bench.REQUEST.with("method", Document.of("prompts/get")).with("params", named);

        assertThat(bench.pass(prompt).report().message().document().has("params"))
                .isFalse();
        assertThat(bench.pass(Bench.REQUEST.with("params", Document.array(named)))
                        .report()
                        .message()
                        .document()
                        .has("params"))
                .isFalse();
    }

    @Nested
    @DisplayName("of a response")
    class OfResponse {
        private final Document answer = Bench.json("{'jsonrpc':'2.0','id':7,'result':{'text':'fine'}}");
        private final Exchange exchange = bench.begin("");

        private PolicyReport respond(Message request) {
            return Bench.await(bench.engine.pass(exchange, Bench.response("tools/call", answer), Optional.of(request)))
                    .report();
        }

        @Test
        @DisplayName("has the request that it answers")
        void request() {
            bench.serve(FakePlugins.none().and("s", Bench.ALLOWS), "{}");
            Bench.await(bench.engine.pass(exchange, Bench.request(Bench.REQUEST), Optional.empty()));

            PolicyReport report = respond(Bench.request(Bench.REQUEST));

            assertThat(report.request().orElseThrow().document()).isSameAs(Bench.REQUEST);
            assertThat(report.message().kind()).isEqualTo(Message.RESPONSE);
            assertThat(report.message().method()).isEqualTo("tools/call");
            assertThat(report.result()).containsSame(answer);
            assertThat(report.originalBytes()).isEqualTo(answer.toJson().length());
        }

        @ParameterizedTest(name = "{0} leaves {1}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "{'code':-32000,'message':'s3cret'}       | {'code':-32000}",
                    "{'code':-32768,'data':{'a':'s3cret'}}    | {'code':-32768}",
                    "{'code':-31999,'message':'s3cret'}       | {}",
                    "{'code':-32769}                          | {}",
                    "{'code':123456789}                       | {}",
                    "{'code':'s3cret'}                        | {}",
                    "'s3cret'                                 | {}"
                },
                quoteCharacter = '`')
        @DisplayName("that is an error and was blocked has that it is one, with a code that JSON-RPC reserves")
        void blockedError(String error, String left) {
            bench.serve(FakePlugins.none().and("s", BLOCKS), "{}");
            Document failed = answer.without("result").with("error", Bench.json(error));

            PolicyReport report = Bench.await(bench.engine.pass(
                            exchange,
                            Bench.response("tools/call", failed),
                            Optional.of(Bench.request(Bench.REQUEST.without("params")))))
                    .report();

            assertClean(report);
            assertThat(report.message().document())
                    .isEqualTo(answer.without("result").with("error", Bench.json(left)));
        }

        @Test
        @DisplayName("has of a redacted request what was sent, whatever the host gives")
        void redactedRequest() {
            bench.serve(
                    FakePlugins.none().and("s", (Security) call ->
                            call.message().kind().equals("request") ? REDACTS.decide(call) : PolicyDecision.allow()),
                    "{}");
            Bench.await(bench.engine.pass(exchange, Bench.request(Bench.REQUEST), Optional.empty()));

            PolicyReport report = respond(Bench.request(Bench.REQUEST));

            assertThat(report.cleared()).isFalse();
            assertThat(report.request().orElseThrow().document())
                    .isEqualTo(Bench.REQUEST.with("params", Document.EMPTY_OBJECT));
            assertThat(textsIn(report)).noneMatch(text -> text.contains(SECRET));
        }

        @Test
        @DisplayName("of middleware to a request that was redacted before has only the request's envelope")
        void answered() {
            Middleware answers = call -> call.message().kind().equals("request")
                    ? PolicyDecision.complete(Document.object("result", Document.of("cached")), "", "none")
                    : PolicyDecision.pass();
            Security redacts =
                    call -> call.message().kind().equals("request") ? REDACTS.decide(call) : PolicyDecision.allow();
            bench.serve(
                    FakePlugins.none().and("s", redacts).and("z", answers), "{'s':{'priority':1},'z':{'priority':2}}");
            PolicyResult first =
                    Bench.await(bench.engine.pass(exchange, Bench.request(Bench.REQUEST), Optional.empty()));
            assertThat(first.report().outcome()).isEqualTo(Outcome.COMPLETED_BY_MIDDLEWARE);
            assertClean(first.report());

            PolicyReport report = respond(Bench.request(Bench.REQUEST));

            assertThat(report.request().orElseThrow().document()).isEqualTo(Bench.REQUEST.without("params"));
        }
    }

    @Test
    @DisplayName("is what auditors get, as clean as the host's")
    void auditors() {
        List<PolicyReport> heard = Collections.synchronizedList(new ArrayList<>());
        Auditing listens = heard::add;
        pass("{'p0':{},'p1':{},'p2':{'critical':false}}", REDACTS, listens, listens);
        Bench.until("both heard", () -> heard.size() == 2);

        heard.forEach(ClearingTest::assertClean);
    }
}
