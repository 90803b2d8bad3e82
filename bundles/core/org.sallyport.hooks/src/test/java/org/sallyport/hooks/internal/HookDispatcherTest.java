package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.hooks.internal.Plugins.handler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.CollectHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.FirstHandler;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.hook.HookAdmin.HandlerInfo;
import org.sallyport.spi.hook.HookAdmin.HookInfo;
import org.sallyport.spi.hook.HookAdmin.Times;
import org.sallyport.spi.plugin.FaultNotices;
import org.sallyport.spi.plugin.PluginFaults;

@DisplayName("The hook dispatcher")
class HookDispatcherTest {
    private final AtomicLong clock = new AtomicLong();
    private final Faults faults = new Faults();
    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(clock::get, faults));
    private final Hooks hooks = dispatcher.hooksOf("host");

    private static FilterHandler<String> appending(String text) {
        return (value, call) -> value + text;
    }

    private static <T> FilterHandler<T> throwing(Throwable failure) {
        return (value, call) -> {
            throw HookDispatcherTest.<RuntimeException>sneaky(failure);
        };
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E sneaky(Throwable failure) throws E {
        throw (E) failure;
    }

    private HandlerInfo info(String plugin) {
        return dispatcher.handlers("h").stream()
                .filter(at -> at.plugin().equals(plugin))
                .findFirst()
                .orElseThrow();
    }

    @Nested
    @DisplayName("calling a filter hook")
    class Filter {
        private final Hooks.FilterHook<String> hook = hooks.filter("h", String.class);

        @Test
        @DisplayName("gives back the value if nobody handles it")
        void unhandled() {
            assertThat(hook.apply("v")).isEqualTo("v");
            assertThat(dispatcher.hooks())
                    .containsExactly(new HookInfo("h", "filter", "host", 0, 1, 0, Times.NONE, false, false));
        }

        @Test
        @DisplayName("gives each handler what the one before it returned, in order")
        void chains() {
            dispatcher.switchTo(Plugins.of(
                    handler("a", appending("a")).with("priority", 60),
                    handler("b", appending("b")),
                    handler("c", appending("c"))
                            .with("before", new String[] {"b"})
                            .with("priority", 99)));

            assertThat(hook.apply("-")).isEqualTo("-acb");
        }

        @Test
        @DisplayName("goes on with the value as it was after null, after another class, and after anything thrown")
        void contains() {
            FilterHandler<Object> otherClass = (value, call) -> 5;
            FilterHandler<Object> endless = new FilterHandler<>() {
                @Override
                public Object filter(Object value, org.sallyport.api.hook.HookCall call) throws Exception {
                    return filter(value, call) + "x";
                }
            };
            dispatcher.switchTo(Plugins.of(
                    handler("a", (FilterHandler<String>) (value, call) -> null),
                    handler("b", otherClass),
                    handler("c", endless),
                    handler("d", throwing(new NoClassDefFoundError("gone"))),
                    handler("e", throwing(new OutOfMemoryError("none left"))),
                    handler("f", throwing(new java.io.IOException("disk"))),
                    handler("g", (FilterHandler<Integer>) (value, call) -> value + 1),
                    handler("z", appending("z"))));

            assertThat(hook.apply("v")).isEqualTo("vz");

            for (String id : List.of("a", "b", "c", "d", "e", "f", "g")) {
                assertThat(info(id).errors()).as(id).isEqualTo(1);
                assertThat(info(id).calls()).as(id).isEqualTo(1);
            }
            assertThat(info("z").errors()).isZero();
            assertThat(info("a").lastError()).isEqualTo("it returned null");
            assertThat(info("b").lastError())
                    .isEqualTo("it returned a [java.lang.Integer] where a [java.lang.String] was expected");
        }

        @Test
        @DisplayName("contains failures in the plain pass as in the timed one")
        void plainPass() {
            dispatcher.switchTo(Plugins.of(handler("a", appending("a")), handler("b", (FilterHandler<String>)
                    (value, call) -> {
                        if (value.startsWith("bad")) {
                            throw new IllegalStateException("boom");
                        }
                        return value.startsWith("null") ? null : value;
                    })));
            for (int i = 0; i < 999; i++) {
                assertThat(hook.apply("v")).isEqualTo("va");
            }

            assertThat(hook.apply("bad")).isEqualTo("bada");
            assertThat(hook.apply("null")).isEqualTo("nulla");

            assertThat(info("a").calls()).isEqualTo(1001);
            assertThat(info("b").calls()).isEqualTo(1001);
            assertThat(info("b").errors()).isEqualTo(2);
        }

        @Test
        @DisplayName("survives an exception whose message throws, and keeps at most 300 characters of one line")
        void hostileException() {
            dispatcher.switchTo(Plugins.of(
                    handler("a", throwing(new RuntimeException() {
                        @Override
                        public String getMessage() {
                            throw new IllegalStateException();
                        }
                    })),
                    handler("b", throwing(new RuntimeException("\u001b[31m\n" + "x".repeat(10_000))))));

            assertThat(hook.apply("v")).isEqualTo("v");
            assertThat(info("a").lastError()).endsWith("(its message could not be had)");
            assertThat(info("b").lastError())
                    .hasSize(Slot.MAX_ERROR)
                    .startsWith("java.lang.RuntimeException:  [31m xxx");
        }

        @Test
        @DisplayName("passes an interruption on to the caller")
        void interruption() {
            dispatcher.switchTo(Plugins.of(handler("a", throwing(new InterruptedException()))));

            hook.apply("v");

            assertThat(Thread.interrupted()).isTrue();
        }

        @Test
        @DisplayName("refuses a value of another class, which is the caller's mistake")
        @SuppressWarnings({"unchecked", "rawtypes"})
        void wrongPayload() {
            assertThatThrownBy(() -> ((Hooks.FilterHook) hook).apply(5))
                    .isInstanceOf(ClassCastException.class)
                    .hasMessageContaining("[h] takes values of [java.lang.String]");
        }
    }

    @Nested
    @DisplayName("calling the other kinds")
    class OtherKinds {
        @Test
        @DisplayName("tells all handlers of an action hook, whatever some of them throw")
        void action() {
            List<String> told = new ArrayList<>();
            ActionHandler<String> failing = (value, call) -> {
                throw new AssertionError(call.hook());
            };
            dispatcher.switchTo(Plugins.of(
                    handler("a", failing), handler("b", (ActionHandler<String>) (value, call) -> told.add(value))));

            var hook = hooks.action("h", String.class);
            for (int i = 0; i < 100; i++) {
                hook.fire("v" + i);
            }

            assertThat(told).hasSize(100);
            assertThat(info("a").lastError()).isEqualTo("java.lang.AssertionError: h");
        }

        @Test
        @DisplayName("collects the answers in order, and none of a handler whose list holds something else")
        void collect() {
            CollectHandler<String, Object> wrong = (value, call) -> List.of("fine", 5);
            CollectHandler<String, Object> tooMany =
                    (value, call) -> Collections.nCopies(CollectDispatch.MAX_ANSWERS + 1, "x");
            CollectHandler<String, Object> justRight =
                    (value, call) -> Collections.nCopies(CollectDispatch.MAX_ANSWERS, "x");
            CollectHandler<String, Object> two = (value, call) -> List.of("1", "2");
            dispatcher.switchTo(Plugins.of(
                    handler("a", two),
                    handler("b", wrong),
                    handler("c", tooMany),
                    handler("d", (CollectHandler<String, Object>) (value, call) -> null),
                    handler("e", justRight)));

            List<String> answers =
                    hooks.collect("h", String.class, String.class).collect("v");

            assertThat(answers).hasSize(CollectDispatch.MAX_ANSWERS + 2).startsWith("1", "2", "x");
            assertThatThrownBy(() -> answers.add("more")).isInstanceOf(UnsupportedOperationException.class);
            for (String id : List.of("b", "c", "d")) {
                assertThat(info(id).errors()).as(id).isEqualTo(1);
            }
        }

        @Test
        @DisplayName("takes the first answer, asks nobody after it, and counts exactly who was asked")
        void first() {
            FirstHandler<String, Object> silent = (value, call) -> Optional.empty();
            FirstHandler<String, Object> even =
                    (value, call) -> value.length() % 2 == 0 ? Optional.of("even") : Optional.empty();
            FirstHandler<String, Object> wrong = (value, call) -> Optional.of(5);
            FirstHandler<String, Object> last = (value, call) -> Optional.of("last");
            dispatcher.switchTo(
                    Plugins.of(handler("a", silent), handler("b", even), handler("c", wrong), handler("d", last)));
            var hook = hooks.first("h", String.class, String.class);

            for (int i = 0; i < 200; i++) {
                assertThat(hook.first("xx")).contains("even");
            }
            assertThat(hook.first("x")).contains("last");
            assertThat(hook.first("x")).contains("last");

            assertThat(info("a").calls()).isEqualTo(202);
            assertThat(info("b").calls()).isEqualTo(202);
            assertThat(info("c").calls()).isEqualTo(2);
            assertThat(info("c").errors()).isEqualTo(2);
            assertThat(info("d").calls()).isEqualTo(2);
        }
    }

    @Nested
    @DisplayName("with declarations")
    class Declarations {
        @Test
        @DisplayName("gives the same hook for the same declaration, and refuses another one")
        void twice() {
            var hook = hooks.filter("h", String.class);
            dispatcher.switchTo(Plugins.of(handler("a", appending("a"))));

            assertThat(dispatcher.hooksOf("other").filter("h", String.class).apply(""))
                    .isEqualTo(hook.apply(""));
            assertThatThrownBy(() -> hooks.filter("h", Integer.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Hook [h] is declared by [host, other] as a filter hook of [java.lang.String];"
                            + " declare it alike, or choose another name");
            assertThatThrownBy(() -> hooks.action("h", String.class)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        @DisplayName("keeps a hook until the last who declared it is forgotten; then its handlers wait")
        void forget() {
            var hook = hooks.filter("h", String.class);
            dispatcher.hooksOf("other").filter("h", String.class);
            dispatcher.switchTo(Plugins.of(handler("a", appending("a"))));

            dispatcher.forget("host");
            assertThat(hook.apply("")).isEqualTo("a");

            dispatcher.forget("other");
            assertThat(hook.apply("")).isEmpty();
            assertThat(dispatcher.hooks())
                    .containsExactly(new HookInfo("h", "filter", "", 1, 0, 0, Times.NONE, false, false));
            assertThat(info("a").why()).isEqualTo("not called: nobody declared the hook");
        }

        @Test
        @DisplayName("shows a handler of another kind with place 0 and why")
        void misfit() {
            hooks.filter("h", String.class);
            dispatcher.switchTo(Plugins.of(
                    handler("a", appending("a")), handler("b", (ActionHandler<String>) (value, call) -> {})));

            assertThat(dispatcher.handlers("h"))
                    .extracting(HandlerInfo::place, HandlerInfo::plugin, HandlerInfo::why)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(1, "a", "phase normal, priority 50"),
                            org.assertj.core.groups.Tuple.tuple(
                                    0,
                                    "b",
                                    "not called: it is made for action hooks, and this is a hook of the kind filter"));
        }

        @Test
        @DisplayName("refuses names, types and numbers beyond the bounds")
        void bounds() {
            assertThatThrownBy(() -> hooks.action("x".repeat(129), String.class))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> hooks.action("a b", String.class)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> hooks.action("", String.class)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> hooks.action("h", int.class)).isInstanceOf(IllegalArgumentException.class);
            hooks.action("x".repeat(128), String.class);
            for (int i = 1; i < HookDispatcher.MAX_HOOKS; i++) {
                hooks.action("h" + i, String.class);
            }
            hooks.action("h1", String.class);
            assertThatThrownBy(() -> hooks.action("one-more", String.class))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.code()).isEqualTo("too_many_hooks"));
            dispatcher.hooksOf("other").action("one-more", String.class);
        }

        @Test
        @DisplayName("leaves out handlers with senseless properties")
        void senseless() {
            hooks.filter("h", String.class);
            var good = handler("good", appending("!"));
            dispatcher.switchTo(Plugins.of(
                    good.with("priority", 0).named("lowest"),
                    good.with("priority", 100).named("highest"),
                    good.with("priority", 101).named("x1"),
                    good.with("priority", -1).named("x2"),
                    good.with("priority", "50").named("x3"),
                    good.with("phase", "whenever").named("x4"),
                    good.with("name", "no good").named("x5"),
                    good.with("name", 5).named("x6"),
                    good.with("before", 5).named("x7"),
                    good.with(
                                    "after",
                                    java.util.stream.IntStream.range(0, 65)
                                            .mapToObj(i -> "p" + i)
                                            .toArray(String[]::new))
                            .named("x8"),
                    good.with(
                                    "after",
                                    java.util.stream.IntStream.range(0, 64)
                                            .mapToObj(i -> "p" + i)
                                            .toArray(String[]::new))
                            .named("y")));

            assertThat(dispatcher.handlers("h"))
                    .extracting(HandlerInfo::handler)
                    .containsExactly("lowest", "y", "highest");
        }
    }

    @Nested
    @DisplayName("with handlers that do harm")
    class Harm {
        private final Hooks.FilterHook<String> hook = hooks.filter("h", String.class);

        @Test
        @DisplayName("keeps one out after five failures in a row, tries it after 10 s, and takes it back")
        void breaker() {
            boolean[] broken = {true};
            dispatcher.switchTo(Plugins.of(
                    handler("a", (FilterHandler<String>) (value, call) -> {
                        if (broken[0]) {
                            throw new IllegalStateException("boom");
                        }
                        return value + "a";
                    }),
                    handler("b", appending("b"))));
            for (int i = 0; i < 100; i++) {
                assertThat(hook.apply("")).isEqualTo("b");
            }
            assertThat(info("a").calls()).isEqualTo(5);
            assertThat(info("a").errors()).isEqualTo(5);
            assertThat(info("a").why()).contains("kept out for the moment");
            assertThat(info("b").calls()).isEqualTo(100);

            broken[0] = false;
            clock.addAndGet(Breaker.PAUSE);
            assertThat(hook.apply("")).isEqualTo("ab");
            assertThat(hook.apply("")).isEqualTo("ab");
            assertThat(info("a").calls()).isEqualTo(7);
            assertThat(faults.quarantined).isEmpty();
        }

        @Test
        @DisplayName("asks for its quarantine when that happens three times")
        void quarantine() {
            dispatcher.switchTo(Plugins.of(handler("a", throwing(new IllegalStateException("boom")))));
            for (int i = 0; i < 3; i++) {
                for (int call = 0; call < 10; call++) {
                    hook.apply("");
                }
                clock.addAndGet(Breaker.PAUSE);
            }

            assertThat(faults.quarantined)
                    .containsExactly("a: Its handler [a] of hook [h] failed too often, at last with"
                            + " [java.lang.IllegalStateException: boom]");
            assertThat(info("a").calls()).isEqualTo(7);
        }

        @Test
        @DisplayName("keeps out one that is slow")
        void slow() {
            dispatcher.switchTo(Plugins.of(handler("a", (FilterHandler<String>) (value, call) -> {
                clock.addAndGet(Slot.SLOW + 1);
                return value + "a";
            })));
            dispatcher.time("h", true);
            for (int i = 0; i < 20; i++) {
                hook.apply("");
            }

            assertThat(info("a").errors()).isZero();
            assertThat(info("a").calls()).isEqualTo(Breaker.MIN_FAULTS);
            assertThat(info("a").times().maxNanos()).isEqualTo(Slot.SLOW + 1);
        }

        @Test
        @DisplayName("tells why each one failed, while it stays in service")
        void why() {
            FilterHandler<String> endless = new FilterHandler<>() {
                @Override
                public String filter(String value, org.sallyport.api.hook.HookCall call) throws Exception {
                    return filter(value, call) + "x";
                }
            };
            dispatcher.switchTo(Plugins.of(
                    handler("a", throwing(new IllegalStateException("boom"))),
                    handler("b", (FilterHandler<String>) (value, call) -> null),
                    handler("c", endless),
                    handler("d", throwing(new NoClassDefFoundError("test/Missing"))),
                    handler("e", (FilterHandler<Object>) (value, call) -> 5),
                    handler("f", (FilterHandler<String>) (value, call) -> {
                        clock.addAndGet(Slot.SLOW + 1);
                        return value;
                    }),
                    handler("z", appending("z"))));
            dispatcher.time("h", true);

            hook.apply("");

            assertThat(faults.reported)
                    .containsExactly(
                            "a: Its handler [a] of hook [h] failed: java.lang.IllegalStateException: boom",
                            "b: Its handler [b] of hook [h] failed: it returned null",
                            "c: Its handler [c] of hook [h] failed: java.lang.StackOverflowError",
                            "d: Its handler [d] of hook [h] failed: java.lang.NoClassDefFoundError: test/Missing",
                            "e: Its handler [e] of hook [h] failed: it returned a [java.lang.Integer] where a"
                                    + " [java.lang.String] was expected",
                            "f: Its handler [f] of hook [h] took longer than [250] ms");
            assertThat(faults.quarantined).isEmpty();
        }

        @Test
        @DisplayName("tells of the same failure once a second, and of another one at once")
        void seldom() {
            String[] says = {"boom"};
            dispatcher.switchTo(Plugins.of(handler("a", (FilterHandler<String>) (value, call) -> {
                throw new IllegalStateException(says[0]);
            })));
            hook.apply("");
            hook.apply("");
            assertThat(faults.reported).hasSize(1);

            says[0] = "bang";
            hook.apply("");
            assertThat(faults.reported).hasSize(2).last().asString().endsWith("bang");

            clock.addAndGet(FaultNotices.QUIET);
            hook.apply("");
            assertThat(faults.reported).hasSize(3);
        }

        @Test
        @DisplayName("goes on when nobody can be told")
        void nobodyListens() {
            HookDispatcher lonely = new HookDispatcher(new Watch(clock::get, new PluginFaults() {
                @Override
                public void quarantine(String plugin, String cause) {
                    throw new IllegalStateException("gone");
                }

                @Override
                public void report(String plugin, String cause) {
                    throw new IllegalStateException("gone");
                }
            }));
            var filter = lonely.hooksOf("host").filter("h", String.class);
            lonely.switchTo(Plugins.of(
                    handler("a", throwing(new IllegalStateException("boom"))), handler("b", appending("b"))));

            for (int i = 0; i < 100; i++) {
                assertThat(filter.apply("")).isEqualTo("b");
            }
            assertThat(lonely.handlers("h").get(0).calls()).isEqualTo(Breaker.MIN_FAULTS);
        }

        @Test
        @DisplayName("does not take exactly the limit for slow, and times one call in some hundred")
        void sampled() {
            dispatcher.switchTo(Plugins.of(handler("a", (FilterHandler<String>) (value, call) -> {
                clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(250));
                return value;
            })));
            for (int i = 0; i < 6_400; i++) {
                hook.apply("");
            }

            assertThat(info("a").calls()).isEqualTo(6_400);
            assertThat(info("a").times().p50Nanos()).isEqualTo(Slot.SLOW);
            assertThat(info("a").times().p99Nanos()).isEqualTo(Slot.SLOW);
        }

        @Test
        @DisplayName("keeps what it knows of a handler when others come and go, and forgets it with a new version")
        void statisticsStay() {
            var a = handler("a", throwing(new IllegalStateException("boom")));
            dispatcher.switchTo(Plugins.of(a));
            hook.apply("");
            dispatcher.switchTo(Plugins.of(a, handler("b", appending("b"))));
            hook.apply("");
            assertThat(info("a").calls()).isEqualTo(2);
            assertThat(info("a").errors()).isEqualTo(2);
            assertThat(info("b").calls()).isEqualTo(1);

            dispatcher.switchTo(Plugins.of(handler("a", appending("new")), handler("b", appending("b"))));
            assertThat(info("a").errors()).isZero();
            assertThat(dispatcher.hooks().get(0).calls()).isEqualTo(2);
        }
    }
}
