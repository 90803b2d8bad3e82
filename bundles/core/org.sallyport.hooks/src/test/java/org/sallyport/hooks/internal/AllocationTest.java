package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.hooks.internal.Plugins.handler;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.FirstHandler;
import org.sallyport.api.hook.Hooks;

/** Bytes are counted, not times, so this holds on any machine. */
@DisplayName("A call whose handlers succeed")
class AllocationTest {
    private static final int CALLS = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, new Faults()));
    private final Hooks hooks = dispatcher.hooksOf("host");

    private static double bytesPerCall(Runnable call) {
        run(call);
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        run(call);
        return (THREADS.getThreadAllocatedBytes(thread) - before) / (double) CALLS;
    }

    private static void run(Runnable call) {
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
    }

    @Test
    @DisplayName("allocates nothing on a filter hook, timed calls included")
    void filter() {
        FilterHandler<String> same = (value, call) -> value;
        dispatcher.switchTo(Plugins.of(handler("a", same), handler("b", same), handler("c", same)));
        var hook = hooks.filter("h", String.class);

        assertThat(bytesPerCall(() -> hook.apply("v"))).isLessThan(1);
    }

    @Test
    @DisplayName("allocates nothing on an action hook")
    void action() {
        ActionHandler<String> handler = (value, call) -> {};
        dispatcher.switchTo(Plugins.of(handler("a", handler), handler("b", handler), handler("c", handler)));
        var hook = hooks.action("h", String.class);

        assertThat(bytesPerCall(() -> hook.fire("v"))).isLessThan(1);
    }

    @Test
    @DisplayName("allocates nothing on a first hook whose answer is ready")
    void first() {
        Optional<String> answer = Optional.of("answer");
        FirstHandler<String, String> silent = (value, call) -> Optional.empty();
        FirstHandler<String, String> ready = (value, call) -> answer;
        dispatcher.switchTo(Plugins.of(handler("a", silent), handler("b", ready)));
        var hook = hooks.first("h", String.class, String.class);

        assertThat(bytesPerCall(() -> hook.first("v"))).isLessThan(1);
    }
}
