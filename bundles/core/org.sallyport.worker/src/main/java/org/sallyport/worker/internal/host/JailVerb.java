package org.sallyport.worker.internal.host;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;

/** {@code sallyport:jail}: what holds the processes of plugins, or why nothing does. */
@Component
public final class JailVerb implements AdminVerb {
    private final WorkerTier tier;

    @Activate
    public JailVerb(@Reference WorkerTier tier) {
        this.tier = tier;
    }

    /**
     * @param jailed whether workers are kept from the host's files, network and processes
     * @param setting {@code sallyport.worker.jail}
     * @param layers what holds a worker
     * @param holds what that is good for, and what not
     * @param refused why other jails are not used, by their names
     */
    public record State(
            boolean jailed, String setting, List<String> layers, List<String> holds, Map<String, String> refused) {}

    @Override
    public String scope() {
        return "sallyport";
    }

    @Override
    public String name() {
        return "jail";
    }

    @Override
    public String summary() {
        return "which jail the processes of plugins have, what it holds and what not, and why other jails are not used";
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
        Jails jails = tier.jails();
        return new State(
                jails.jail().holds(),
                tier.settings().jail(),
                tier.layers(),
                jails.jail().promises(),
                jails.refused());
    }
}
