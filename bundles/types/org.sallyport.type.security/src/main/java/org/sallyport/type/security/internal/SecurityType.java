package org.sallyport.type.security.internal;

import java.util.Set;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyDecision.Kind;
import org.sallyport.spi.policy.PolicyType;
import org.sallyport.type.security.SecurityFilter;
import org.sallyport.type.security.SecurityPlugin;

/** Brings security plugins to the policy chain. */
@Component(service = PolicyType.class)
@Capability(namespace = PolicyType.NAMESPACE, name = "security")
public final class SecurityType implements PolicyType<SecurityPlugin> {
    private static final Rules RULES = new Rules(Set.of(Kind.ALLOW, Kind.BLOCK, Kind.MODIFY), true, true, true, true);

    @Override
    public String name() {
        return "security";
    }

    @Override
    public Class<SecurityPlugin> contract() {
        return SecurityPlugin.class;
    }

    @Override
    public Rules rules() {
        return RULES;
    }

    @Override
    public Member configure(SecurityPlugin plugin, Settings settings) {
        return new Filtering(plugin.configure(settings));
    }

    private record Filtering(SecurityFilter filter) implements Member {
        @Override
        public PolicyDecision decide(PolicyCall call) throws Exception {
            return filter.decide(call);
        }

        @Override
        public void close() throws Exception {
            filter.close();
        }
    }
}
