package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.policy.internal.FakePlugins.Auditing;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

@DisplayName("An auditor")
class ObserversTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    @DisplayName("that is critical hears of a message before it goes on")
    void before() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Auditing slow = report -> {
            asked.countDown();
            go.await();
        };
        bench.serve(FakePlugins.none().and("audit", slow), "{'audit':{}}");

        CompletableFuture<PolicyResult> passing = bench.passing();
        Bench.await(asked);
        assertThat(passing).isNotDone();
        go.countDown();

        assertThat(Bench.await(passing).proceeds()).isTrue();
    }

    @Test
    @DisplayName("that is not critical holds up nothing, and hears of all messages in their order")
    void after() {
        CountDownLatch go = new CountDownLatch(1);
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        Auditing slow = report -> {
            go.await();
            heard.add(report.message().document().get("id").asLong(-1));
        };
        bench.serve(FakePlugins.none().and("audit", slow), "{'audit':{'critical':false}}");

        List<Long> sent = new ArrayList<>();
        for (long i = 0; i < 200; i++) {
            assertThat(bench.pass(Bench.REQUEST.with("id", Document.of(i))).proceeds())
                    .isTrue();
            sent.add(i);
        }
        assertThat(heard).isEmpty();
        go.countDown();
        Bench.until("all heard", () -> heard.size() == sent.size());

        assertThat(heard).isEqualTo(sent);
    }

    @Test
    @DisplayName("that is not critical misses the newest reports when 1,024 wait for it, which is counted")
    void backlog() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger heard = new AtomicInteger();
        Auditing slow = report -> {
            Bench.hang(go);
            heard.incrementAndGet();
        };
        bench.serve(FakePlugins.none().and("audit", slow), "{'audit':{'critical':false}}");
        for (int i = 0; i < Couriers.BACKLOG + 7; i++) {
            assertThat(bench.pass().proceeds()).isTrue();
        }

        assertThat(bench.engine.statistics("").get(0).dropped()).isEqualTo(7);
        go.countDown();
        Bench.until("all heard", () -> heard.get() == Couriers.BACKLOG);
        CompletableFuture<Void> gone = bench.serve(FakePlugins.none().and("audit", slow), "{}");

        Bench.await(gone);
        assertThat(heard).hasValue(Couriers.BACKLOG);
    }

    @Test
    @DisplayName("hears of all messages that passed before it is replaced, and only then is closed")
    void drained() {
        CountDownLatch go = new CountDownLatch(1);
        List<String> happened = Collections.synchronizedList(new ArrayList<>());
        Auditing slow = new Auditing() {
            @Override
            public void observe(PolicyReport report) throws Exception {
                go.await();
                happened.add("heard");
            }

            @Override
            public void close() {
                happened.add("closed");
            }
        };
        bench.serve(FakePlugins.none().and("audit", slow), "{'audit':{'critical':false}}");
        bench.pass();
        bench.pass();
        bench.pass();

        CompletableFuture<Void> gone = bench.serve(FakePlugins.none(), "{}");
        assertThat(gone).isNotDone();
        go.countDown();
        Bench.await(gone);

        assertThat(happened).containsExactly("heard", "heard", "heard", "closed");
    }

    @Test
    @DisplayName("sees the report of what others decided, with size, time and who is in it")
    void report() {
        PolicyReport[] heard = new PolicyReport[1];
        Auditing listens = report -> heard[0] = report;
        bench.serve(
                FakePlugins.none()
                        .and("s", (Security) call -> PolicyDecision.allow("nothing found", "clean")
                                .withMetadata(Document.object("scanned", Document.of(2))))
                        .and("audit", listens),
                "{}");

        PolicyResult result = bench.pass("files", Bench.REQUEST);

        PolicyReport report = heard[0];
        assertThat(report.reason()).isEqualTo("[s] nothing found");
        assertThat(report.stages()).singleElement().satisfies(stage -> {
            assertThat(stage.instance()).isEqualTo("s");
            assertThat(stage.type()).isEqualTo("security");
            assertThat(stage.version()).isEqualTo("1.0.0");
            assertThat(stage.reasonCode()).isEqualTo("clean");
            assertThat(stage.metadata()).isEqualTo(Document.object("scanned", Document.of(2)));
            assertThat(stage.took()).isPositive();
        });
        assertThat(report.originalBytes()).isEqualTo(Bench.REQUEST.toJson().length());
        assertThat(report.took()).isPositive();
        assertThat(report.exchange().server()).isEqualTo("files");
        assertThat(report.exchange().session()).isEqualTo("session");
        assertThat(report.exchange().principal()).isEqualTo("someone");
        assertThat(report.exchange().tenant()).isEqualTo("tenant");
        assertThat(report.exchange().id())
                .isEqualTo(result.report().exchange().id())
                .hasSize(26);
        assertThat(report.exchange().fromServer()).isFalse();
    }

    @Nested
    @DisplayName("and any other instance in an exchange")
    class InExchange {
        private static PolicyDecision remembering(Exchange exchange, String own) {
            String known = exchange.recall("k").text("nothing");
            exchange.remember("k", Document.of(own));
            return PolicyDecision.allow("knew " + known, "none");
        }

        @Test
        @DisplayName("remembers from request to response, each for itself, also over a change of version")
        void memory() {
            Security a = call -> remembering(call.exchange(), "a's");
            Security b = call -> remembering(call.exchange(), "b's");
            String entries = "{'a':{'priority':1},'b':{'priority':2}}";
            bench.serve(FakePlugins.none().and("a", a).and("b", b), entries);
            Exchange exchange = bench.begin("");
            Exchange another = bench.begin("");

            PolicyReport request = Bench.await(
                            bench.engine.pass(exchange, Bench.request(Bench.REQUEST), Optional.empty()))
                    .report();
            bench.serve(
                    FakePlugins.none()
                            .and(FakePlugins.plugin("a").at("2.0.0"), "a", a)
                            .and("b", b),
                    entries);
            PolicyReport response = Bench.await(bench.engine.pass(
                            exchange,
                            Bench.response("tools/call", Bench.json("{'id':7,'result':1}")),
                            Optional.of(Bench.request(Bench.REQUEST))))
                    .report();

            assertThat(request.reason()).isEqualTo("[a] knew nothing | [b] knew nothing");
            assertThat(response.reason()).isEqualTo("[a] knew a's | [b] knew b's");
            assertThat(another.recall("k")).isEqualTo(Document.NULL);
            assertThat(exchange.recall("k")).isEqualTo(Document.NULL);
            assertThat(response.exchange().recall("k")).isEqualTo(Document.NULL);
        }

        @Test
        @DisplayName("shares its memory between its decisions and, as an auditor, its reports")
        void auditorsOwn() {
            List<String> heard = new ArrayList<>();
            Auditing audit = report -> {
                heard.add(report.exchange().recall("k").text("nothing"));
                report.exchange().remember("k", Document.of("mine"));
            };
            bench.serve(FakePlugins.none().and("audit", audit), "{}");
            Exchange exchange = bench.begin("");

            Bench.await(bench.engine.pass(exchange, Bench.request(Bench.REQUEST), Optional.empty()));
            Bench.await(bench.engine.pass(exchange, Bench.request(Bench.REQUEST), Optional.empty()));

            assertThat(heard).containsExactly("nothing", "mine");
        }

        @Test
        @DisplayName("remembers sixteen keys, and may write those again")
        void bounds() {
            Exchange exchange = bench.begin("");
            for (int i = 0; i < 16; i++) {
                exchange.remember("k" + i, Document.of(i));
            }
            exchange.remember("k0", Document.of("again"));

            assertThat(exchange.recall("k0")).isEqualTo(Document.of("again"));
            assertThatThrownBy(() -> exchange.remember("k16", Document.NULL))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("remembers [16] keys");
            assertThatThrownBy(() -> exchange.remember("", Document.NULL)).isInstanceOf(PluginException.class);
            assertThatThrownBy(() -> exchange.remember("k".repeat(257), Document.NULL))
                    .hasMessageContaining("1 to 256 characters, not [257]");
        }

        @Test
        @DisplayName("cannot bring an exchange of its own")
        void foreign() {
            bench.serve(FakePlugins.none().and("m", Bench.PASSES), "{}");
            Exchange view = ((ExchangeImpl) bench.begin("")).viewFor("m");

            assertThatThrownBy(() -> bench.engine.pass(view, Bench.request(Bench.REQUEST), Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("was not begun by this engine");
            // And holds up no switch by it.
            Bench.await(bench.serve(FakePlugins.none(), "{}"));
        }

        @Test
        @DisplayName("has an id that no other has, later ones sorting after earlier ones")
        void ids() {
            ExchangeIds ids = new ExchangeIds();
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                made.add(ids.next());
            }

            assertThat(made).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9A-HJKMNP-TV-Z]{26}"));
            assertThat(made.stream().map(id -> id.substring(0, 10))).isSorted();
        }
    }

    @Test
    @DisplayName("is called by a thread that carries nothing of the caller's")
    void clean() {
        Middleware soils = call -> {
            Thread.currentThread().interrupt();
            Thread.currentThread().setContextClassLoader(new ClassLoader() {});
            return PolicyDecision.pass();
        };
        List<Boolean> soiled = new ArrayList<>();
        Auditing looks = report -> soiled.add(Thread.currentThread().isInterrupted()
                || Thread.currentThread().getContextClassLoader() != ClassLoader.getPlatformClassLoader());
        bench.serve(FakePlugins.none().and("m", soils).and("audit", looks), "{}");

        bench.pass();
        bench.pass();

        assertThat(soiled).containsExactly(false, false);
    }
}
