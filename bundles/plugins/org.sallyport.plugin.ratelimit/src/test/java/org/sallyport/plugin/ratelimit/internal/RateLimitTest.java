package org.sallyport.plugin.ratelimit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.testkit.TestJson.quoted;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.testkit.TestCall;
import org.sallyport.testkit.TestContext;
import org.sallyport.testkit.TestReplay;
import org.sallyport.testkit.TestSettings;
import org.sallyport.type.security.SecurityFilter;

@DisplayName("A rate limit")
class RateLimitTest {
    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock();
    private TestContext context;
    private RateLimit plugin;

    private static final class MovableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void open() {
        context = new TestContext(folder, clock);
        plugin = new RateLimit(context);
    }

    @AfterEach
    void close() {
        context.close();
    }

    private void pass(Duration time) {
        clock.now = clock.now.plus(time);
    }

    private SecurityFilter filter(String limits) {
        return filter(plugin, "{'limits':[" + limits + "]}");
    }

    private static SecurityFilter filter(RateLimit plugin, String settings) {
        return plugin.configure(TestSettings.of(quoted(settings)));
    }

    private static Exchange exchange(Map<String, Object> values) {
        return (Exchange) Proxy.newProxyInstance(
                RateLimitTest.class.getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) ->
                        values.getOrDefault(method.getName(), method.getName().equals("fromServer") ? false : ""));
    }

    private static TestCall call(String method, String tool, Map<String, Object> from) {
        return TestCall.request(
                        quoted("{'jsonrpc':'2.0','id':1,'method':'" + method + "','params':{'name':'" + tool + "'}}"))
                .in(exchange(from));
    }

    private static PolicyDecision decide(SecurityFilter filter, String who) throws Exception {
        return filter.decide(call("tools/call", "t", Map.of("principal", who)));
    }

    private static boolean allows(SecurityFilter filter, String who) throws Exception {
        return decide(filter, who).kind() == PolicyDecision.Kind.ALLOW;
    }

    @Test
    @DisplayName("neither counts nor stops messages that were recorded")
    void replayed() throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':60}");

        for (int i = 0; i < 3; i++) {
            assertThat(filter.decide(new TestReplay(call("tools/call", "t", Map.of("principal", "a"))))
                            .kind())
                    .isEqualTo(PolicyDecision.Kind.ALLOW);
        }

        assertThat(allows(filter, "a")).isTrue();
        assertThat(allows(filter, "a")).isFalse();
    }

    @Test
    @DisplayName("lets a burst through, then one request each time that one is due")
    void burst() throws Exception {
        SecurityFilter filter = filter("{'requests':60,'seconds':60,'burst':3}");

        for (int i = 0; i < 3; i++) {
            assertThat(allows(filter, "a")).isTrue();
        }
        assertThat(allows(filter, "a")).isFalse();
        pass(Duration.ofMillis(999));
        assertThat(allows(filter, "a")).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(allows(filter, "a")).isTrue();
        assertThat(allows(filter, "a")).isFalse();
        pass(Duration.ofHours(1));
        for (int i = 0; i < 3; i++) {
            assertThat(allows(filter, "a")).isTrue();
        }
        assertThat(allows(filter, "a")).isFalse();
    }

    @Test
    @DisplayName("says what limit is reached and how long to wait, and nothing of who")
    void says() throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':10}");
        decide(filter, "alice");
        pass(Duration.ofMillis(1_500));

        PolicyDecision decision = decide(filter, "alice");

        assertThat(decision.kind()).isEqualTo(PolicyDecision.Kind.BLOCK);
        assertThat(decision.reasonCode()).isEqualTo("rate_limited");
        assertThat(decision.reason())
                .isEqualTo("The limit of 1 request in 10 s by principal is reached; try again in 9 s");
        assertThat(decision.metadata().get("retry_after_seconds").asLong(0)).isEqualTo(9);
    }

    @Test
    @DisplayName("counts each caller by himself, and those who were not asked together")
    void callers() throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':60}");

        assertThat(allows(filter, "a")).isTrue();
        assertThat(allows(filter, "b")).isTrue();
        assertThat(allows(filter, "")).isTrue();
        assertThat(allows(filter, "a")).isFalse();
        assertThat(allows(filter, "")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"principal", "tenant", "session", "server"})
    @DisplayName("counts by each part of an exchange")
    void parts(String part) throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':60,'by':['" + part + "']}");

        assertThat(filter.decide(call("tools/call", "t", Map.of(part, "x"))).kind())
                .isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(filter.decide(call("tools/call", "t", Map.of(part, "y"))).kind())
                .isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(filter.decide(call("tools/call", "u", Map.of(part, "x"))).kind())
                .isEqualTo(PolicyDecision.Kind.BLOCK);
    }

    @Test
    @DisplayName("keeps parts apart whatever they hold, and long ones too")
    void keys() throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':60,'by':['principal','tool']}");
        String same = "n".repeat(300);

        assertThat(filter.decide(call("tools/call", "b", Map.of("principal", "a")))
                        .kind())
                .isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(filter.decide(call("tools/call", "", Map.of("principal", "ab")))
                        .kind())
                .isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(filter.decide(call("tools/call", same + "x", Map.of())).kind())
                .isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(filter.decide(call("tools/call", same + "y", Map.of())).kind())
                .isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(filter.decide(call("tools/call", same + "x", Map.of())).kind())
                .isEqualTo(PolicyDecision.Kind.BLOCK);
    }

    @ParameterizedTest
    @CsvSource({
        "tools/call, delete_all, true",
        "tools/call, undelete, false",
        "tools/call, read, false",
        "resources/read, delete_all, false",
        "prompts/get, delete_all, false",
    })
    @DisplayName("covers the tools and methods that it names, and no others")
    void covers(String method, String tool, boolean covered) throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':60,'tools':['delete_*','*wipe*']}");

        filter.decide(call(method, tool, Map.of()));

        assertThat(filter.decide(call(method, tool, Map.of())).kind() == PolicyDecision.Kind.BLOCK)
                .isEqualTo(covered);
    }

    @Test
    @DisplayName("does not count responses, notifications and what servers ask")
    void others() throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':60,'methods':['*']}");
        Document message = quoted("{'jsonrpc':'2.0','id':1,'method':'sampling/createMessage','params':{}}");

        for (int i = 0; i < 3; i++) {
            assertThat(filter.decide(TestCall.request(message).in(exchange(Map.of("fromServer", true))))
                            .kind())
                    .isEqualTo(PolicyDecision.Kind.ALLOW);
            assertThat(filter.decide(TestCall.of(Message.NOTIFICATION, message).in(exchange(Map.of())))
                            .kind())
                    .isEqualTo(PolicyDecision.Kind.ALLOW);
            assertThat(filter.decide(TestCall.response(message, message).in(exchange(Map.of())))
                            .kind())
                    .isEqualTo(PolicyDecision.Kind.ALLOW);
        }
    }

    @Test
    @DisplayName("that stops a request lets it count for no other")
    void givesBack() throws Exception {
        SecurityFilter filter =
                filter("{'requests':2,'seconds':60},{'requests':1,'seconds':60,'by':['tool'],'tools':['rare']}");

        assertThat(filter.decide(call("tools/call", "rare", Map.of())).kind()).isEqualTo(PolicyDecision.Kind.ALLOW);
        for (int i = 0; i < 5; i++) {
            assertThat(filter.decide(call("tools/call", "rare", Map.of())).kind())
                    .isEqualTo(PolicyDecision.Kind.BLOCK);
        }
        assertThat(filter.decide(call("tools/call", "other", Map.of())).kind()).isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(filter.decide(call("tools/call", "other", Map.of())).kind()).isEqualTo(PolicyDecision.Kind.BLOCK);
    }

    @Test
    @DisplayName("only reports if it is told so")
    void reports() throws Exception {
        SecurityFilter filter = filter(plugin, "{'action':'audit_only','limits':[{'requests':1,'seconds':60}]}");
        decide(filter, "a");

        PolicyDecision decision = decide(filter, "a");

        assertThat(decision.kind()).isEqualTo(PolicyDecision.Kind.ALLOW);
        assertThat(decision.reasonCode()).isEqualTo("rate_limited");
    }

    @Test
    @DisplayName("counts 10,000 callers, forgets those who are quiet, and lets no other in while none is")
    void bound() throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':60}");
        for (int i = 0; i < Counts.MAX_KEYS; i++) {
            assertThat(allows(filter, "a" + i)).isTrue();
        }

        assertThat(decide(filter, "late").reason()).startsWith("More callers than can be counted");
        pass(Duration.ofSeconds(60));
        assertThat(allows(filter, "late")).isTrue();
    }

    @Test
    @DisplayName("goes on counting when settings change and in the next version")
    void handover() throws Exception {
        SecurityFilter old = filter("{'requests':2,'seconds':60}");
        decide(old, "a");
        SecurityFilter changed = filter("{'requests':2,'seconds':60,'burst':2}");
        decide(changed, "a");
        assertThat(allows(changed, "a")).isFalse();

        RateLimit next = new RateLimit(context);
        next.restoreState(plugin.schemaVersion(), plugin.saveState());
        SecurityFilter young = filter(next, "{'limits':[{'requests':2,'seconds':60}]}");
        assertThat(allows(young, "a")).isFalse();
        assertThat(allows(young, "b")).isTrue();
        decide(old, "b");
        decide(old, "b");
        next.mergeRest(plugin.schemaVersion(), plugin.saveRest());
        assertThat(allows(young, "b")).isFalse();

        assertThatThrownBy(() -> next.restoreState(99, Document.EMPTY_OBJECT)).isInstanceOf(PluginException.class);
    }

    @Test
    @DisplayName("locks nobody out for longer than it says when the clock is set back or the limit is made smaller")
    void clockSetBack() throws Exception {
        SecurityFilter filter = filter("{'requests':1,'seconds':10}");
        decide(filter, "a");
        pass(Duration.ofHours(-5));

        assertThat(allows(filter, "a")).isFalse();
        pass(Duration.ofSeconds(10));
        assertThat(allows(filter, "a")).isTrue();
    }

    @Test
    @DisplayName("lets exactly the burst through when many come at once")
    void together() throws Exception {
        SecurityFilter filter = filter("{'requests':100,'seconds':3600}");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> calls = IntStream.range(0, 400)
                    .mapToObj(i -> (Callable<Boolean>) () -> allows(filter, "a"))
                    .toList();
            int allowed = 0;
            for (Future<Boolean> done : threads.invokeAll(calls)) {
                allowed += done.get() ? 1 : 0;
            }
            assertThat(allowed).isEqualTo(100);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'limits':[]}",
                "{'limits':[{'requests':0,'seconds':1}]}",
                "{'limits':[{'requests':1000001,'seconds':1}]}",
                "{'limits':[{'requests':1}]}",
                "{'limits':[{'requests':1,'seconds':86401}]}",
                "{'limits':[{'requests':1,'seconds':1,'burst':0}]}",
                "{'limits':[{'requests':1,'seconds':1,'by':['colour']}]}",
            })
    @DisplayName("refuses settings that make no sense")
    void badSettings(String settings) {
        assertThatThrownBy(() -> filter(plugin, settings)).isInstanceOf(SettingsException.class);
    }

    @Test
    @DisplayName("says in one line what it does")
    void status() {
        assertThat(plugin.statusText(TestSettings.of(quoted("{'limits':[{'requests':1,'seconds':1}]}"))))
                .isEqualTo("Holds 1 limit");
    }
}
