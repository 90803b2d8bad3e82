package org.sallyport.hooks.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.hook.HookAdmin;
import org.sallyport.spi.hook.HookAdmin.HookInfo;

/** {@code hook:list}. */
@Component(service = AdminVerb.class)
public final class HookListVerb extends HookVerb {
    @Activate
    public HookListVerb(@Reference HookAdmin hooks) {
        super(hooks, "list", "Lists the hooks, who declared them and how often they were called");
    }

    /**
     * A hook.
     *
     * @param timing {@code sampled} or {@code all}
     * @param form {@code loop} or {@code compiled}
     */
    public record Line(
            String name,
            String kind,
            String owner,
            int handlers,
            long calls,
            long errors,
            String timing,
            String form) {}

    @Override
    public List<Line> run(Arguments arguments) {
        return hooks.hooks().stream().map(HookListVerb::line).toList();
    }

    private static Line line(HookInfo hook) {
        return new Line(
                hook.name(),
                hook.kind(),
                hook.owner(),
                hook.handlers(),
                hook.calls(),
                hook.errors(),
                hook.timed() ? "all" : "sampled",
                hook.compiled() ? "compiled" : "loop");
    }
}
