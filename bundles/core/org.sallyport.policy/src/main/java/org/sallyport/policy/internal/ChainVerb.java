package org.sallyport.policy.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** {@code policy:chain}: the chain of a server, in order. */
@Component(service = AdminVerb.class)
public final class ChainVerb implements AdminVerb {
    private final Engine engine;

    @Activate
    public ChainVerb(@Reference PolicyComponent component) {
        this(component.engine());
    }

    ChainVerb(Engine engine) {
        this.engine = engine;
    }

    @Override
    public String scope() {
        return "policy";
    }

    @Override
    public String name() {
        return "chain";
    }

    @Override
    public String summary() {
        return "Shows the plugins that a message runs through, in order, and those that are left out, with the reason";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(
                        "server",
                        Parameter.Kind.TEXT,
                        false,
                        false,
                        "the server's configured name; without it the chain for all servers"),
                Parameter.option("stats", Parameter.Kind.FLAG, "show calls, errors and times instead"));
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Object run(Arguments arguments) {
        String server = arguments.text("server").orElse("");
        return arguments.flag("stats") ? engine.statistics(server) : engine.chain(server);
    }
}
