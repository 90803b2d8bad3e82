package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.hooks.internal.Plugins.handler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.Hooks;

@DisplayName("Replacing handlers while calls run")
class SwapTest {
    private static final int THREADS = 4;

    /** {@code -Dswap.runs=2000} for a long drill. */
    private static final int SWAPS = Integer.getInteger("swap.runs", 500);

    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, new Faults()));
    private final Hooks hooks = dispatcher.hooksOf("host");
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @BeforeEach
    void start() {
        dispatcher.start();
    }

    @AfterEach
    void stop() {
        dispatcher.close();
        callers.shutdownNow();
    }

    /** One version of a plugin: the same code twice in the chain, so that a mixed chain would show. */
    private static final class Version implements FilterHandler<List<Version>> {
        private volatile boolean stopped;
        private final ConcurrentLinkedQueue<String> wrong;

        Version(ConcurrentLinkedQueue<String> wrong) {
            this.wrong = wrong;
        }

        @Override
        public List<Version> filter(List<Version> seen, org.sallyport.api.hook.HookCall call) {
            if (stopped) {
                wrong.add("a stopped version was called");
            }
            seen.add(this);
            if (stopped) {
                wrong.add("a version was stopped under a call");
            }
            return seen;
        }
    }

    private static Plugins plugins(Version version) {
        return Plugins.of(
                handler("p", version).named("first"), handler("p", version).named("second"));
    }

    @Test
    @DisplayName("gives each call exactly one version, runs none after it was drained, and counts every call once")
    void underLoad() throws Exception {
        swapUnder(THREADS, SWAPS, callers);
    }

    @Test
    @DisplayName("does so for more threads than have counters of their own")
    void underManyThreads() throws Exception {
        swapUnder(Passes.STRIPES + 4, SWAPS / 10, callers);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    @DisplayName("does so for virtual threads")
    void underVirtualThreads() throws Exception {
        var virtual = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            swapUnder(THREADS, SWAPS / 10, virtual);
        } finally {
            virtual.shutdownNow();
        }
    }

    private void swapUnder(int threads, int swaps, ExecutorService callers) throws Exception {
        @SuppressWarnings("unchecked")
        Hooks.FilterHook<List<Version>> hook = hooks.filter("h", (Class<List<Version>>) (Class<?>) List.class);
        var wrong = new ConcurrentLinkedQueue<String>();
        var version = new Version(wrong);
        dispatcher.switchTo(plugins(version));
        var done = new AtomicBoolean();
        var calls = new AtomicLong();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(callers.submit(() -> {
                while (!done.get()) {
                    List<Version> seen = hook.apply(new ArrayList<>(2));
                    calls.incrementAndGet();
                    if (seen.size() != 2 || seen.get(0) != seen.get(1)) {
                        wrong.add("a call saw " + seen.size() + " handlers or two versions");
                    }
                }
            }));
        }

        for (int i = 0; i < swaps; i++) {
            var next = new Version(wrong);
            CompletableFuture<Void> drained = dispatcher.switchTo(plugins(next)).toCompletableFuture();
            drained.get(30, TimeUnit.SECONDS);
            version.stopped = true;
            version = next;
        }
        done.set(true);
        for (Future<?> caller : running) {
            caller.get(30, TimeUnit.SECONDS);
        }

        assertThat(wrong).isEmpty();
        assertThat(calls).hasPositiveValue();
        assertThat(dispatcher.hooks().get(0).calls()).isEqualTo(calls.get());
    }

    @Test
    @DisplayName("lets a call begun after the swap run on the new version while an old call still runs")
    void oldAndNew() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        ActionHandler<String> old = (value, call) -> {
            inside.countDown();
            go.await();
        };
        var told = new ConcurrentLinkedQueue<String>();
        dispatcher.switchTo(Plugins.of(handler("p", old)));
        var hook = hooks.action("h", String.class);
        Future<?> caller = callers.submit(() -> hook.fire("old"));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

        var drained = dispatcher
                .switchTo(Plugins.of(handler("p", (ActionHandler<String>) (value, call) -> told.add(value))))
                .toCompletableFuture();
        var drainedToo = dispatcher.switchTo(Plugins.none()).toCompletableFuture();
        hook.fire("new");

        assertThat(told).isEmpty();
        assertThat(drained).isNotDone();
        assertThat(drainedToo).isNotDone();
        go.countDown();
        caller.get(30, TimeUnit.SECONDS);
        drained.get(30, TimeUnit.SECONDS);
        drainedToo.get(30, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("does not wait for calls on hooks whose handlers stayed")
    void unchangedHooks() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        ActionHandler<String> staying = (value, call) -> {
            inside.countDown();
            go.await();
        };
        var stays = handler("p", staying).with("name", "other");
        dispatcher.switchTo(Plugins.of(stays));
        var hook = hooks.action("other", String.class);
        Future<?> caller = callers.submit(() -> hook.fire("v"));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

        dispatcher
                .switchTo(Plugins.of(stays, handler("q", staying)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);

        go.countDown();
        caller.get(30, TimeUnit.SECONDS);
        assertThat(dispatcher.handlers("other").get(0).calls()).isEqualTo(1);
    }

    @Test
    @DisplayName("is possible from within a handler, which then finishes on its own snapshot")
    void fromWithin() throws Exception {
        var hook = hooks.filter("h", String.class);
        FilterHandler<String> b = (value, call) -> value + "b";
        FilterHandler<String> a = (value, call) -> {
            dispatcher.switchTo(Plugins.none());
            return value + "a";
        };
        dispatcher.switchTo(Plugins.of(handler("a", a), handler("b", b)));

        assertThat(hook.apply("")).isEqualTo("ab");
        assertThat(hook.apply("")).isEmpty();
        dispatcher.switchTo(Plugins.none()).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
