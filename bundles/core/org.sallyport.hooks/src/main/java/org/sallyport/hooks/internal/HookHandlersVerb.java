package org.sallyport.hooks.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.hook.HookAdmin;

/** {@code hook:handlers NAME}. */
@Component(service = AdminVerb.class)
public final class HookHandlersVerb extends HookVerb {
    @Activate
    public HookHandlersVerb(@Reference HookAdmin hooks) {
        super(
                hooks,
                "handlers",
                "Lists the handlers of a hook in the order in which they run, and why",
                Parameter.argument("name", Parameter.Kind.TEXT, "the hook"));
    }

    /**
     * A handler's place.
     *
     * @param place from 1; 0 if it is not called
     */
    public record Place(int place, String plugin, String handler, String why, String lastError) {}

    @Override
    public List<Place> run(Arguments arguments) {
        return hooks.handlers(known(arguments)).stream()
                .map(at -> new Place(at.place(), at.plugin(), at.handler(), at.why(), at.lastError()))
                .toList();
    }
}
