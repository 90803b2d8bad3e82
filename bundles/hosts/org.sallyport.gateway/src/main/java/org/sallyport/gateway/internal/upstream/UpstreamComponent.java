package org.sallyport.gateway.internal.upstream;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Era;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upstream for each configuration of the factory; a change of it ends the old one and makes a new one. */
@Component(
        service = Upstream.class,
        configurationPid = UpstreamSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = UpstreamConfig.class, factory = true)
public final class UpstreamComponent implements Upstream {
    private static final Logger log = LoggerFactory.getLogger(UpstreamComponent.class);

    private final Upstream upstream;

    /** @throws IllegalArgumentException if the configuration is wrong; it says which setting and what would be right */
    @Activate
    public UpstreamComponent(
            UpstreamConfig config,
            Map<String, Object> properties,
            @Reference EventLoops loops,
            @Reference PluginTools tools) {
        String pid = String.valueOf(properties.get("service.pid"));
        upstream = upstream(UpstreamSettings.of(UpstreamSettings.nameIn(pid), config), loops, tools);
        log.info("Server [{}] is configured", upstream.name());
    }

    private static Upstream upstream(UpstreamSettings settings, EventLoops loops, PluginTools tools) {
        Upstream own;
        if (settings.url().isPresent()) {
            own = new HttpUpstream(settings, loops);
        } else if (settings.plugin().isPresent()) {
            own = new PluginUpstream(settings, tools);
        } else {
            own = new StdioUpstream(settings, loops.timer());
        }
        Upstream any = new NegotiatedUpstream(own, settings.era().orElse(null));
        return settings.shared() ? new SharedUpstream(any) : any;
    }

    @Override
    public String name() {
        return upstream.name();
    }

    @Override
    public Link open(Era era, Inbox inbox) {
        return upstream.open(era, inbox);
    }

    @Override
    @Deactivate
    public void close() {
        upstream.close();
    }
}
