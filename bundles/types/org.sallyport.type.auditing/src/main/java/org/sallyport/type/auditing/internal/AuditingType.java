package org.sallyport.type.auditing.internal;

import java.util.Set;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;
import org.sallyport.api.config.Settings;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.policy.PolicyType;
import org.sallyport.type.auditing.AuditingPlugin;
import org.sallyport.type.auditing.Auditor;

/** Brings auditing plugins to the end of the policy chain. */
@Component(service = PolicyType.class)
@Capability(namespace = PolicyType.NAMESPACE, name = "auditing")
public final class AuditingType implements PolicyType<AuditingPlugin> {
    private static final Rules RULES = new Rules(Set.of(), false, false, false, false);

    @Override
    public String name() {
        return "auditing";
    }

    @Override
    public Class<AuditingPlugin> contract() {
        return AuditingPlugin.class;
    }

    @Override
    public Rules rules() {
        return RULES;
    }

    @Override
    public Member configure(AuditingPlugin plugin, Settings settings) {
        return new Recording(plugin.configure(settings));
    }

    private record Recording(Auditor auditor) implements Member {
        @Override
        public void observe(PolicyReport report) throws Exception {
            auditor.record(report);
        }

        @Override
        public void close() throws Exception {
            auditor.close();
        }
    }
}
