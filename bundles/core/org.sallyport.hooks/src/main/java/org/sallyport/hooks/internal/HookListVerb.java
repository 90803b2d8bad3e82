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

    @Override
    public List<HookInfo> run(Arguments arguments) {
        return hooks.hooks();
    }
}
