package org.sallyport.config.internal.verbs;

import java.util.List;
import org.sallyport.config.internal.EffectiveConfiguration;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** Shows what holds and where it comes from. */
public final class ShowVerb implements AdminVerb {
    private final EffectiveConfiguration effective;

    public ShowVerb(EffectiveConfiguration effective) {
        this.effective = effective;
    }

    @Override
    public String scope() {
        return "config";
    }

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "show the entries that hold and where they come from; what may be secret is masked";
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
    public List<EffectiveConfiguration.Entry> run(Arguments arguments) {
        return effective.entries();
    }
}
