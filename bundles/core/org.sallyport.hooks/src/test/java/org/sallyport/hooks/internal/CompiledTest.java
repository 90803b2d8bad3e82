package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.hooks.internal.Plugins.handler;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.CollectHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.FirstHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.hook.Hooks;
import org.sallyport.hooks.internal.Plugins.Brought;
import org.sallyport.spi.hook.HookAdmin.HandlerInfo;

@DisplayName("A hook that is hot")
class CompiledTest {
    private final AtomicLong clock = new AtomicLong();
    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(clock::get, new Faults()));
    private final Hooks hooks = dispatcher.hooksOf("host");

    private boolean isCompiled() {
        return dispatcher.hooks().get(0).compiled();
    }

    private void heat(Runnable call) {
        for (long i = 0; i < Hook.HOT; i++) {
            call.run();
        }
        clock.addAndGet(Hook.STABLE);
        dispatcher.tick();
        assertThat(isCompiled()).isTrue();
    }

    private static Plugins handlers(int count, IntFunction<Object> handler) {
        return Plugins.of(IntStream.range(0, count)
                .mapToObj(i -> handler("p%04d".formatted(i), handler.apply(i)))
                .toArray(Brought[]::new));
    }

    private List<Long> calls() {
        return dispatcher.handlers("h").stream().map(HandlerInfo::calls).toList();
    }

    private List<Long> errors() {
        return dispatcher.handlers("h").stream().map(HandlerInfo::errors).toList();
    }

    @Test
    @DisplayName("is compiled when it was called often enough and its handlers have been there long enough, not before")
    void when() {
        FilterHandler<String> same = (value, call) -> value;
        dispatcher.switchTo(handlers(1, i -> same));
        var hook = hooks.filter("h", String.class);
        for (long i = 1; i < Hook.HOT; i++) {
            hook.apply("v");
        }
        clock.addAndGet(Hook.STABLE);
        dispatcher.tick();
        assertThat(isCompiled()).isFalse();
        hook.apply("v");
        dispatcher.tick();
        assertThat(isCompiled()).isTrue();

        dispatcher.switchTo(handlers(2, i -> same));
        assertThat(isCompiled()).isFalse();
        for (long i = 0; i < Hook.HOT; i++) {
            hook.apply("v");
        }
        clock.addAndGet(Hook.STABLE - 1);
        dispatcher.tick();
        assertThat(isCompiled()).isFalse();
        clock.addAndGet(1);
        dispatcher.tick();
        assertThat(isCompiled()).isTrue();
    }

    @Test
    @DisplayName("is not compiled without handlers")
    void none() {
        var hook = hooks.filter("h", String.class);
        for (long i = 0; i < Hook.HOT; i++) {
            hook.apply("v");
        }
        clock.addAndGet(Hook.STABLE);
        dispatcher.tick();

        assertThat(isCompiled()).isFalse();
        assertThat(hook.apply("v")).isEqualTo("v");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FormCompiler.CHUNK, FormCompiler.CHUNK + 1, 3 * FormCompiler.CHUNK - 1, 1_000})
    @DisplayName("calls as many handlers as there are, in their order, timed or not, and counts them")
    void sizes(int count) {
        dispatcher.switchTo(handlers(count, i -> (FilterHandler<Integer>) (value, call) -> value * 31 + i));
        var hook = hooks.filter("h", Integer.class);
        int expected = hook.apply(1);
        heat(() -> hook.apply(1));

        assertThat(hook.apply(1)).isEqualTo(expected);
        dispatcher.time("h", true);
        long before = dispatcher.hooks().get(0).times().count();
        assertThat(hook.apply(1)).isEqualTo(expected);
        assertThat(dispatcher.hooks().get(0).times().count()).isEqualTo(before + 1);
        assertThat(calls()).hasSize(count).containsOnly(Hook.HOT + 3);
    }

    @Test
    @DisplayName("looks at the clock n + 1 times in a timed pass")
    void clock() {
        var looks = new AtomicLong();
        var counting = new HookDispatcher(new Watch(
                () -> {
                    looks.incrementAndGet();
                    return clock.get();
                },
                new Faults()));
        counting.switchTo(handlers(10, i -> (FilterHandler<String>) (value, call) -> value));
        var hook = counting.hooksOf("host").filter("h", String.class);
        counting.time("h", true);
        looks.set(0);
        hook.apply("v");
        assertThat(looks).hasValue(11);

        for (long i = 0; i < Hook.HOT; i++) {
            hook.apply("v");
        }
        clock.addAndGet(Hook.STABLE);
        counting.tick();
        assertThat(counting.hooks().get(0).compiled()).isTrue();
        looks.set(0);
        hook.apply("v");
        assertThat(looks).hasValue(11);
    }

    @Test
    @DisplayName("contains what handlers throw and what they must not return, and counts it to the right one")
    void contains() {
        boolean[] bad = {false};
        FilterHandler<Object> endless = new FilterHandler<>() {
            @Override
            public Object filter(Object value, HookCall call) throws Exception {
                return bad[0] ? filter(value, call) + "x" : value;
            }
        };
        dispatcher.switchTo(Plugins.of(
                handler("a", endless),
                handler("b", (FilterHandler<Object>) (value, call) -> {
                    if (bad[0]) {
                        throw new NoClassDefFoundError("gone");
                    }
                    return value;
                }),
                handler("c", (FilterHandler<Object>) (value, call) -> bad[0] ? null : value),
                handler("d", (FilterHandler<Object>) (value, call) -> bad[0] ? (Object) 5 : value),
                handler("e", (FilterHandler<Object>) (value, call) -> {
                    if (bad[0]) {
                        throw new OutOfMemoryError("none left");
                    }
                    return value;
                }),
                handler("z", (FilterHandler<String>) (value, call) -> value + "z")));
        var hook = hooks.filter("h", String.class);
        heat(() -> hook.apply("v"));

        bad[0] = true;
        assertThat(hook.apply("v")).isEqualTo("vz");
        assertThat(errors()).containsExactly(1L, 1L, 1L, 1L, 1L, 0L);
    }

    @Test
    @DisplayName("tells all handlers of an action hook")
    void action() {
        List<String> told = new ArrayList<>();
        boolean[] bad = {false};
        dispatcher.switchTo(Plugins.of(
                handler("a", (ActionHandler<String>) (value, call) -> {
                    if (bad[0]) {
                        throw new IllegalStateException(call.hook());
                    }
                }),
                handler("b", (ActionHandler<String>) (value, call) -> {
                    if (bad[0]) {
                        told.add(value);
                    }
                })));
        var hook = hooks.action("h", String.class);
        heat(() -> hook.fire("v"));

        bad[0] = true;
        hook.fire("w");
        assertThat(told).containsExactly("w");
        assertThat(errors()).containsExactly(1L, 0L);
    }

    @Test
    @DisplayName("collects the answers of a collect hook in order")
    void collect() {
        CollectHandler<String, String> two = (value, call) -> List.of(value + "1", value + "2");
        CollectHandler<String, String> none = (value, call) -> List.of();
        CollectHandler<String, Object> wrong = (value, call) -> value.equals("w") ? List.of("x", 5) : List.of();
        CollectHandler<String, String> last = (value, call) -> List.of("last");
        dispatcher.switchTo(Plugins.of(handler("a", two), handler("b", none), handler("c", wrong), handler("d", last)));
        var hook = hooks.collect("h", String.class, String.class);
        heat(() -> hook.collect("v"));

        assertThat(hook.collect("w")).containsExactly("w1", "w2", "last");
        assertThat(errors()).containsExactly(0L, 0L, 1L, 0L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("asks the handlers of a first hook until one answers, over all its code, and counts who was asked")
    void first(boolean timed) {
        int count = FormCompiler.CHUNK + 10;
        dispatcher.switchTo(handlers(count, i ->
                (FirstHandler<Integer, Integer>) (value, call) -> value == i ? Optional.of(i) : Optional.empty()));
        var hook = hooks.first("h", Integer.class, Integer.class);
        heat(() -> hook.first(-1));
        dispatcher.time("h", timed);

        for (int i = 0; i < count; i++) {
            assertThat(hook.first(i)).contains(i);
        }
        assertThat(hook.first(count)).isEmpty();

        List<Long> expected = IntStream.range(0, count)
                .mapToObj(i -> Hook.HOT + count - i + 1)
                .toList();
        assertThat(calls()).isEqualTo(expected);
    }

    /** Loads a handler's class anew. */
    private static final class OwnLoader extends ClassLoader {
        OwnLoader() {
            super(CompiledTest.class.getClassLoader());
        }

        Object handler() throws Exception {
            String name = Same.class.getName();
            try (InputStream in = Same.class.getResourceAsStream("CompiledTest$Same.class")) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length)
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public static final class Same implements FilterHandler<String> {
        public Same() {}

        @Override
        public String filter(String value, HookCall call) {
            return value;
        }
    }

    private WeakReference<ClassLoader> serve(Hooks.FilterHook<String> hook) throws Exception {
        OwnLoader loader = new OwnLoader();
        Object handler = loader.handler();
        assertThat(handler.getClass()).isNotEqualTo(Same.class);
        dispatcher.switchTo(Plugins.of(handler("a", handler)));
        heat(() -> hook.apply("v"));
        hook.apply("v");
        return new WeakReference<>(loader);
    }

    @Test
    @DisplayName("lets go of its code and its handlers' classes when they are replaced")
    void collected() throws Exception {
        var hook = hooks.filter("h", String.class);
        WeakReference<ClassLoader> loader = serve(hook);

        dispatcher.switchTo(Plugins.of(handler("a", new Same())));

        for (int i = 0; i < 50 && loader.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(loader.get()).isNull();
        assertThat(hook.apply("v")).isEqualTo("v");
    }
}
