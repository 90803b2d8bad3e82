package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.hooks.internal.Plugins.handler;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.Hooks;

@DisplayName("Calls within calls")
class MarksTest {
    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, new Faults()));
    private final Hooks.ActionHook<String> hook = dispatcher.hooksOf("host").action("h", String.class);

    @Test
    @DisplayName("go up to a depth of 32; the one after that is refused to the handler that makes it")
    void depth() {
        var depth = new AtomicInteger();
        var deepest = new AtomicInteger();
        dispatcher.switchTo(Plugins.of(handler("a", (ActionHandler<String>) (value, call) -> {
            deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
            try {
                hook.fire(value);
            } finally {
                depth.decrementAndGet();
            }
        })));

        hook.fire("v");

        assertThat(deepest).hasValue(Marks.MAX_DEPTH);
        assertThat(dispatcher.handlers("h").get(0).errors()).isEqualTo(1);
        assertThat(dispatcher.handlers("h").get(0).lastError()).contains("[32] hook calls");
    }

    @Test
    @DisplayName("leave no mark behind, wherever the stack ends")
    void stackOverflow() throws Exception {
        dispatcher.switchTo(Plugins.of(handler("a", (ActionHandler<String>) (value, call) -> {})));
        Thread caller = new Thread(null, () -> deeper(0), "deep", 512 * 1024);
        caller.start();
        caller.join(60_000);

        assertThat(dispatcher.switchTo(Plugins.none()).toCompletableFuture()).isCompleted();
        assertThat(caller.isAlive()).isFalse();
    }

    /** Calls the hook at each depth of the stack, up to its end. */
    private int deeper(int depth) {
        try {
            hook.fire("v");
            return deeper(depth + 1) + 1;
        } catch (StackOverflowError e) {
            return depth;
        }
    }

    @Test
    @DisplayName("are seen by who replaces the handlers, each until it ends")
    void nested() throws Exception {
        dispatcher.start();
        try {
            dispatcher.switchTo(Plugins.of(handler("a", (ActionHandler<String>) (value, call) -> {
                if (value.isEmpty()) {
                    hook.fire("inner");
                    assertThat(dispatcher.switchTo(Plugins.none()).toCompletableFuture())
                            .isNotDone();
                }
            })));
            hook.fire("");

            dispatcher.switchTo(Plugins.none()).toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(dispatcher.hooks()).isNotEmpty();
        } finally {
            dispatcher.close();
        }
    }
}
