package org.sallyport.hooks.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.hook.HookAdmin.HandlerInfo;
import org.sallyport.spi.hook.HookAdmin.HookInfo;

/** {@code hook:stats [NAME]}. */
@Component(service = AdminVerb.class)
public final class HookStatsVerb extends HookVerb {
    @Activate
    public HookStatsVerb(@Reference HookAdmin hooks) {
        super(
                hooks,
                "stats",
                "Shows calls, errors and times of the handlers of one hook, or of all",
                new Parameter("name", Parameter.Kind.TEXT, false, false, "the hook; all if it is left out"));
    }

    /**
     * Figures of one handler. Calls and errors are exact; times are of 1 call in 64.
     *
     * @param p50Micros median, in microseconds
     * @param p99Micros 99th percentile, in microseconds
     * @param maxMicros longest, in microseconds
     */
    public record Figures(
            String hook,
            String plugin,
            String handler,
            long calls,
            long errors,
            BigDecimal p50Micros,
            BigDecimal p99Micros,
            BigDecimal maxMicros) {}

    @Override
    public List<Figures> run(Arguments arguments) {
        List<String> names = arguments.text("name").isPresent()
                ? List.of(known(arguments))
                : hooks.hooks().stream().map(HookInfo::name).toList();
        List<Figures> figures = new ArrayList<>();
        for (String hook : names) {
            hooks.handlers(hook).stream()
                    .filter(handler -> handler.place() > 0)
                    .forEach(handler -> figures.add(figures(hook, handler)));
        }
        return List.copyOf(figures);
    }

    private static Figures figures(String hook, HandlerInfo handler) {
        return new Figures(
                hook,
                handler.plugin(),
                handler.handler(),
                handler.calls(),
                handler.errors(),
                micros(handler.p50Nanos()),
                micros(handler.p99Nanos()),
                micros(handler.maxNanos()));
    }

    private static BigDecimal micros(long nanos) {
        return BigDecimal.valueOf(nanos / 10, 2);
    }
}
