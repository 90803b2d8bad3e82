package org.sallyport.gateway.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** {@code sallyport:gateway}. */
@Component
public final class GatewayVerb implements AdminVerb {
    private final GatewayComponent gateway;

    /** The verb of that gateway. */
    @Activate
    public GatewayVerb(@Reference GatewayComponent gateway) {
        this.gateway = gateway;
    }

    @Override
    public String scope() {
        return "sallyport";
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public String summary() {
        return "Shows the gateway's servers, sessions and counters";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Object run(Arguments arguments) {
        return gateway.status();
    }
}
