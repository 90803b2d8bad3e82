package org.sallyport.signing.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.audit.LifecycleAudit;

/**
 * A verb that is recorded before it is done, as {@code key.trust} with what was asked for, if it changes whom or what is
 * trusted. If the record cannot be written, it is not done.
 */
record AuditedVerb(AdminVerb verb, LifecycleAudit audit) implements AdminVerb {
    @Override
    public String scope() {
        return verb.scope();
    }

    @Override
    public String name() {
        return verb.name();
    }

    @Override
    public String summary() {
        return verb.summary();
    }

    @Override
    public List<Parameter> parameters() {
        return verb.parameters();
    }

    @Override
    public Role role() {
        return verb.role();
    }

    @Override
    public @Nullable Object run(Arguments arguments) {
        if (role() != Role.VIEWER) {
            // The first parameter of each of these is what it is about.
            String subject = arguments.text(parameters().get(0).name()).orElse("");
            audit.record(scope() + "." + name(), subject, arguments.values());
        }
        return verb.run(arguments);
    }
}
