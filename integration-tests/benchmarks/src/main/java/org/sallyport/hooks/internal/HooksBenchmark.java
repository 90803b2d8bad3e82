package org.sallyport.hooks.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.CollectHandler;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.FirstHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.hook.Hooks;

/** One call of a hook of each kind, in a loop and compiled. {@code -prof gc} shows what it allocates, {@code -t 2} two callers. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class HooksBenchmark {
    @Param({"filter", "action", "collect", "first"})
    public String kind;

    @Param({"loop", "compiled"})
    public String form;

    @Param({"1", "10", "100"})
    public int handlers;

    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, Handlers.NOBODY));
    private Supplier<Object> call = () -> "";

    @Setup
    public void up() {
        Class<?> template = switch (kind) {
            case "filter" -> Same.class;
            case "action" -> Told.class;
            case "collect" -> None.class;
            default -> Silent.class;
        };
        dispatcher.switchTo(new Handlers(IntStream.range(0, handlers)
                .mapToObj(i -> Handlers.distinct(template))
                .toList()));
        Hooks hooks = dispatcher.hooksOf("host");
        switch (kind) {
            case "filter" -> {
                Hooks.FilterHook<String> hook = hooks.filter(Handlers.HOOK, String.class);
                call = () -> hook.apply("v");
            }
            case "action" -> {
                Hooks.ActionHook<String> hook = hooks.action(Handlers.HOOK, String.class);
                call = () -> {
                    hook.fire("v");
                    return hook;
                };
            }
            case "collect" -> {
                Hooks.CollectHook<String, String> hook = hooks.collect(Handlers.HOOK, String.class, String.class);
                call = () -> hook.collect("v");
            }
            default -> {
                Hooks.FirstHook<String, String> hook = hooks.first(Handlers.HOOK, String.class, String.class);
                call = () -> hook.first("v");
            }
        }
        if (form.equals("compiled")) {
            dispatcher.start();
            while (!dispatcher.hooks().get(0).compiled()) {
                call.get();
            }
        }
    }

    @TearDown
    public void down() {
        dispatcher.close();
    }

    @Benchmark
    public Object call() {
        return call.get();
    }

    static final class Same implements FilterHandler<String> {
        @Override
        public String filter(String value, HookCall call) {
            return value;
        }
    }

    static final class Told implements ActionHandler<String> {
        private int length;

        @Override
        public void on(String value, HookCall call) {
            length = value.length();
        }
    }

    static final class None implements CollectHandler<String, String> {
        @Override
        public List<String> collect(String value, HookCall call) {
            return List.of();
        }
    }

    static final class Silent implements FirstHandler<String, String> {
        @Override
        public Optional<String> first(String value, HookCall call) {
            return Optional.empty();
        }
    }
}
