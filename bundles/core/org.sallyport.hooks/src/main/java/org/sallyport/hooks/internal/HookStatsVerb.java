package org.sallyport.hooks.internal;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.hook.HookAdmin.HookInfo;
import org.sallyport.spi.hook.HookAdmin.Times;

/** {@code hook:stats [NAME] [--by handler|hook|plugin]}. */
@Component(service = AdminVerb.class)
public final class HookStatsVerb extends HookVerb {
    @Activate
    public HookStatsVerb(@Reference HookAdmin hooks) {
        super(
                hooks,
                "stats",
                "Shows calls, errors and times of the handlers of one hook, or of all",
                new Parameter("name", Parameter.Kind.TEXT, false, false, "the hook; all if it is left out"),
                Parameter.option(
                        "by", Parameter.Kind.TEXT, "handler (if left out), hook, or plugin with all its hooks"));
    }

    /**
     * Figures of a handler, a hook or a plugin; what it is not is empty. Calls and errors are exact; times are of 1 call in
     * 256 unless {@code hook:timing} says otherwise, and at most 12.5 % too high.
     *
     * @param breaker {@code closed}, {@code watched} after a fault, {@code open} or {@code half-open}
     * @param timed of how many calls the times are
     * @param p50Micros median, in microseconds
     * @param p95Micros 95th percentile, in microseconds
     * @param p99Micros 99th percentile, in microseconds
     * @param maxMicros longest, in microseconds
     */
    public record Figures(
            String hook,
            String plugin,
            String handler,
            long calls,
            long errors,
            String breaker,
            long timed,
            BigDecimal p50Micros,
            BigDecimal p95Micros,
            BigDecimal p99Micros,
            BigDecimal maxMicros) {}

    @Override
    public List<Figures> run(Arguments arguments) {
        String by = arguments.text("by").orElse("handler");
        Optional<String> name = arguments.text("name").map(given -> known(arguments));
        List<HookInfo> asked = hooks.hooks().stream()
                .filter(hook -> name.isEmpty() || hook.name().equals(name.get()))
                .toList();
        return switch (by) {
            case "handler" -> asked.stream().flatMap(this::handlers).toList();
            case "hook" ->
                asked.stream()
                        .map(hook -> figures(hook.name(), "", "", hook.calls(), hook.errors(), "", hook.times()))
                        .toList();
            case "plugin" -> {
                if (name.isPresent()) {
                    throw new PluginException(
                            "invalid_argument", "Plugins are summed over all hooks; leave out the name");
                }
                yield hooks.plugins().stream()
                        .map(at -> figures("", at.plugin(), "", at.calls(), at.errors(), "", at.times()))
                        .toList();
            }
            default ->
                throw new PluginException(
                        "invalid_argument", "The option [--by] is [" + by + "]; use handler, hook or plugin");
        };
    }

    private Stream<Figures> handlers(HookInfo hook) {
        return hooks.handlers(hook.name()).stream()
                .filter(at -> at.place() > 0)
                .map(at -> figures(
                        hook.name(), at.plugin(), at.handler(), at.calls(), at.errors(), at.breaker(), at.times()));
    }

    private static Figures figures(
            String hook, String plugin, String handler, long calls, long errors, String breaker, Times times) {
        return new Figures(
                hook,
                plugin,
                handler,
                calls,
                errors,
                breaker,
                times.count(),
                micros(times.p50Nanos()),
                micros(times.p95Nanos()),
                micros(times.p99Nanos()),
                micros(times.maxNanos()));
    }

    private static BigDecimal micros(long nanos) {
        return BigDecimal.valueOf(nanos / 10, 2);
    }
}
