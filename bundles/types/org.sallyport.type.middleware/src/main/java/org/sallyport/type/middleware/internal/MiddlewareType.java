package org.sallyport.type.middleware.internal;

import java.util.Set;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyDecision.Kind;
import org.sallyport.spi.policy.PolicyType;
import org.sallyport.type.middleware.Middleware;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Brings middleware plugins to the policy chain. */
@Component(service = PolicyType.class)
@Capability(namespace = PolicyType.NAMESPACE, name = "middleware")
public final class MiddlewareType implements PolicyType<MiddlewarePlugin> {
    private static final Rules RULES =
            new Rules(Set.of(Kind.PASS, Kind.MODIFY, Kind.COMPLETE), false, false, false, true);

    @Override
    public String name() {
        return "middleware";
    }

    @Override
    public Class<MiddlewarePlugin> contract() {
        return MiddlewarePlugin.class;
    }

    @Override
    public Rules rules() {
        return RULES;
    }

    @Override
    public Member configure(MiddlewarePlugin plugin, Settings settings) {
        return new Processing(plugin.configure(settings));
    }

    private record Processing(Middleware middleware) implements Member {
        @Override
        public PolicyDecision decide(PolicyCall call) throws Exception {
            return middleware.process(call);
        }

        @Override
        public void close() throws Exception {
            middleware.close();
        }
    }
}
