package org.sallyport.hooks.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.hook.HookAdmin;

/** {@code hook:timing NAME all|sampled}. */
@Component(service = AdminVerb.class)
public final class HookTimingVerb extends HookVerb {
    @Activate
    public HookTimingVerb(@Reference HookAdmin hooks) {
        super(
                hooks,
                "timing",
                "Says whether all calls of a hook are timed, or a sample of 1 in 256 and, later, 1 in 1,024; counts are always exact",
                Parameter.argument("name", Parameter.Kind.TEXT, "the hook"),
                Parameter.argument("calls", Parameter.Kind.TEXT, "all or sampled"));
    }

    @Override
    public Role role() {
        return Role.OPERATOR;
    }

    @Override
    public String run(Arguments arguments) {
        String hook = known(arguments);
        String calls = arguments.required("calls");
        if (!calls.equals("all") && !calls.equals("sampled")) {
            throw new PluginException(
                    "invalid_argument", "The argument [calls] is [" + calls + "]; use all or sampled");
        }
        hooks.time(hook, calls.equals("all"));
        return "Hook [" + hook + "] times " + (calls.equals("all") ? "all calls" : "a sample of its calls");
    }
}
