package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.hooks.internal.Plugins.handler;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.Hooks;

@DisplayName("A handler that does not return")
class WatchdogTest {
    private final AtomicLong clock = new AtomicLong();
    private final Faults faults = new Faults();
    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(clock::get, faults));
    private final Hooks hooks = dispatcher.hooksOf("host");
    private final Hooks.ActionHook<String> hook = hooks.action("h", String.class);
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final ActionHandler<String> stuck = (value, call) -> {
        inside.countDown();
        go.await();
    };

    @AfterEach
    void stop() {
        go.countDown();
        callers.shutdownNow();
    }

    private Future<?> call() throws InterruptedException {
        Future<?> caller = callers.submit(() -> hook.fire("v"));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        return caller;
    }

    private void tick(long nanos) {
        clock.addAndGet(nanos);
        dispatcher.tick();
    }

    @Test
    @DisplayName("is reported once after its budget, and its plugin is quarantined after ten seconds, once")
    void overdue() throws Exception {
        dispatcher.switchTo(Plugins.of(handler("a", (ActionHandler<String>) (value, call) -> {}), handler("b", stuck)));
        call();

        tick(0);
        tick(Watchdog.BUDGET);
        assertThat(faults.reported).isEmpty();
        tick(1);
        tick(1);
        assertThat(faults.reported)
                .containsExactly("b: Its handler [b] of hook [h] has not returned for more than [250] ms");
        assertThat(dispatcher.handlers("h").get(1).breaker()).isEqualTo("watched");

        tick(Watchdog.HANG - Watchdog.BUDGET - 2);
        assertThat(faults.quarantined).isEmpty();
        tick(1);
        tick(Watchdog.HANG);
        assertThat(faults.quarantined)
                .containsExactly("b: Its handler [b] of hook [h] has not returned for more than [10000] ms");
        assertThat(faults.reported).hasSize(1);
    }

    @Test
    @DisplayName("opens its breaker when it holds up five callers, so that the next one passes")
    void breaker() throws Exception {
        var all = new CountDownLatch(Breaker.MIN_FAULTS);
        dispatcher.switchTo(Plugins.of(handler("a", (ActionHandler<String>) (value, call) -> {
            all.countDown();
            go.await();
        })));
        for (int i = 0; i < Breaker.MIN_FAULTS; i++) {
            callers.submit(() -> hook.fire("v"));
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        tick(0);
        tick(Watchdog.BUDGET + 1);

        assertThat(dispatcher.handlers("h").get(0).breaker()).isEqualTo("open");
        hook.fire("w");
    }

    @Test
    @DisplayName("is not blamed for what it waits for: another hook's handler that it called")
    void innermost() throws Exception {
        var inner = hooks.action("inner", String.class);
        dispatcher.switchTo(Plugins.of(
                handler("outer", (ActionHandler<String>) (value, call) -> inner.fire(value)),
                handler("inner", stuck).with("name", "inner")));
        call();
        tick(0);
        tick(Watchdog.BUDGET + 1);

        assertThat(faults.reported).hasSize(1).first().asString().startsWith("inner: ");
    }

    @Test
    @DisplayName("is not mistaken for one that is called often and returns each time")
    void busy() {
        dispatcher.switchTo(Plugins.of(handler("a", (ActionHandler<String>) (value, call) -> dispatcher.tick())));
        for (int i = 0; i < 10; i++) {
            clock.addAndGet(Watchdog.BUDGET);
            hook.fire("v");
        }

        assertThat(faults.reported).isEmpty();
    }

    @Test
    @DisplayName("can be freed by who owns the thread, if it waits: an interruption fails it and stays with the caller")
    void interrupt() throws Exception {
        var interrupted = new AtomicReference<Boolean>();
        dispatcher.switchTo(Plugins.of(handler("a", stuck)));
        Thread caller = new Thread(() -> {
            hook.fire("v");
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

        caller.interrupt();
        caller.join(30_000);

        assertThat(interrupted).hasValue(true);
        assertThat(dispatcher.handlers("h").get(0).errors()).isEqualTo(1);
    }

    @Test
    @DisplayName("is still told of when its hook's handlers were replaced meanwhile")
    void replaced() throws Exception {
        dispatcher.switchTo(Plugins.of(handler("a", stuck)));
        call();
        tick(0);
        dispatcher.switchTo(Plugins.none());
        tick(Watchdog.BUDGET + 1);

        assertThat(faults.reported).hasSize(1);
    }
}
