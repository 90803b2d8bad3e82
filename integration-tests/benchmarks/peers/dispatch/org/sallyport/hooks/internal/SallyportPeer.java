package org.sallyport.hooks.internal;

import bench.api.Ev;
import bench.api.Handler;
import bench.api.Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.hook.Hooks.ActionHook;
import org.sallyport.api.hook.Hooks.FilterHook;

/**
 * The real dispatcher as a peer: containment, exact counts, sampled times, breakers and the watchdog are on in all
 * variants. The handlers are of different classes, as those of plugins are.
 */
public abstract class SallyportPeer implements Peer {
    final HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, Handlers.NOBODY));
    private final List<Object> handlers = new ArrayList<>();
    private ActionHook<Ev> hook;

    /** As it is in service: the loop at once, compiled after a while. */
    public static final class Compiled extends SallyportPeer {
        @Override
        public void setUp(int n) throws Exception {
            super.setUp(n);
            dispatcher.start();
            compile(n, new Ev());
        }
    }

    /** Before it is compiled. */
    public static final class Loop extends SallyportPeer {}

    /** Compiled, and every call is timed. */
    public static final class Timed extends SallyportPeer {
        @Override
        public void setUp(int n) throws Exception {
            super.setUp(n);
            dispatcher.time(Handlers.HOOK, true);
            dispatcher.start();
            compile(n, new Ev());
        }
    }

    /** Every call is timed, before it is compiled. */
    public static final class TimedLoop extends SallyportPeer {
        @Override
        public void setUp(int n) throws Exception {
            super.setUp(n);
            dispatcher.time(Handlers.HOOK, true);
        }
    }

    /** A filter hook, compiled. */
    public static final class Filter extends SallyportPeer {
        private FilterHook<Ev> filter;

        @Override
        public void setUp(int n) throws Exception {
            filter = dispatcher.hooksOf("host").filter(Handlers.HOOK, Ev.class);
            register(n, Filtering.class);
            dispatcher.start();
            compile(n, new Ev());
        }

        @Override
        public void fire(Ev event) {
            filter.apply(event);
        }
    }

    @Override
    public void setUp(int n) throws Exception {
        hook = dispatcher.hooksOf("host").action(Handlers.HOOK, Ev.class);
        register(n, Delegating.class);
    }

    final void register(int n, Class<?> template) throws Exception {
        Object[] made = new Object[n];
        List<Handler> given = bench.api.Handlers.make("raw", n);
        for (int index : bench.api.Handlers.shuffled(n)) {
            made[index] = Handlers.distinct(template, given.get(index));
        }
        handlers.addAll(Arrays.asList(made));
        dispatcher.switchTo(new Handlers(handlers));
    }

    /** Waits until the dispatcher has compiled the hook, which it does when that is called often. */
    final void compile(int n, Ev event) throws Exception {
        while (n > 0 && !dispatcher.hooks().get(0).compiled()) {
            for (int i = 0; i < 1_000; i++) {
                fire(event);
            }
        }
    }

    @Override
    public void addThrowing(int index) throws Exception {
        handlers.add(index, new Throwing());
        dispatcher.switchTo(new Handlers(handlers));
    }

    @Override
    public void fire(Ev event) {
        hook.fire(event);
    }

    @Override
    public void close() {
        dispatcher.close();
    }

    static final class Delegating implements ActionHandler<Ev> {
        private final Handler handler;

        Delegating(Handler handler) {
            this.handler = handler;
        }

        @Override
        public void on(Ev event, HookCall call) throws Exception {
            handler.on(event);
        }
    }

    static final class Filtering implements FilterHandler<Ev> {
        private final Handler handler;

        Filtering(Handler handler) {
            this.handler = handler;
        }

        @Override
        public Ev filter(Ev event, HookCall call) throws Exception {
            handler.on(event);
            return event;
        }
    }

    static final class Throwing implements ActionHandler<Ev> {
        @Override
        public void on(Ev event, HookCall call) {
            throw new IllegalStateException("boom");
        }
    }
}
