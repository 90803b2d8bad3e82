package org.sallyport.hooks.internal;

import bench.api.Ev;
import bench.api.Handler;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.sallyport.api.hook.Hooks.ActionHook;

/**
 * What a change of handlers costs: whoever makes it, and each call from then until the new handlers are compiled and called
 * that way. CPU time of the calling thread, so the compilation, which is on a thread of the dispatcher's own, is not in it.
 */
public final class SwapCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 15;

    private SwapCost() {}

    public static void main(String[] args) throws Exception {
        System.out.println("n,swap_us_p50,swap_us_max,first_call_us_p50,first_call_us_max,worst_call_us_p50,worst_call_us_max");
        for (int n : new int[] {1, 10, 100}) {
            measure(n);
        }
        System.exit(0);
    }

    private static void measure(int n) throws Exception {
        HookDispatcher dispatcher = Handlers.dispatcher();
        ActionHook<Ev> hook = dispatcher.hooksOf("host").action(Handlers.HOOK, Ev.class);
        List<Object> handlers = new ArrayList<>();
        for (Handler handler : bench.api.Handlers.<Handler>make("raw", n)) {
            handlers.add(Handlers.distinct(SallyportPeer.Delegating.class, handler));
        }
        dispatcher.switchTo(new Handlers(handlers));
        Ev event = new Ev();
        worst(dispatcher, hook, event);
        List<Double> swap = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> worst = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Handler replaced = bench.api.Handlers.<Handler>make("raw", n).get(round % n);
            handlers.set(round % n, Handlers.distinct(SallyportPeer.Delegating.class, replaced));
            long begin = cpu();
            dispatcher.switchTo(new Handlers(handlers));
            swap.add((cpu() - begin) / 1e3);
            begin = cpu();
            hook.fire(event);
            first.add((cpu() - begin) / 1e3);
            worst.add(Math.max(first.get(round), worst(dispatcher, hook, event)));
        }
        System.out.printf(
                Locale.ROOT,
                "%d,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f%n",
                n,
                median(swap),
                Collections.max(swap),
                median(first),
                Collections.max(first),
                median(worst),
                Collections.max(worst));
        dispatcher.close();
    }

    /** The dearest call, in microseconds, of those until some time after the handlers are compiled. */
    private static double worst(HookDispatcher dispatcher, ActionHook<Ev> hook, Ev event) {
        long worst = 0;
        int calls = 0;
        for (int after = 0; after < 5; ) {
            for (int i = 0; i < 2_000; i++) {
                long begin = cpu();
                hook.fire(event);
                worst = Math.max(worst, cpu() - begin);
            }
            calls += 2_000;
            if (calls % 20_000 == 0 && dispatcher.hooks().get(0).compiled()) {
                after++;
            }
        }
        return worst / 1e3;
    }

    private static long cpu() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
