package org.sallyport.gateway.internal.upstream;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Room;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server for each configuration of the factory. A change makes a new one beside the old one, so that it is never gone,
 * and a wrong change leaves the old one in service. What it does not own it tells by {@link #current}.
 */
@Component(
        service = UpstreamComponent.class,
        configurationPid = UpstreamSettings.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = UpstreamConfig.class, factory = true)
public final class UpstreamComponent {
    private static final Logger log = LoggerFactory.getLogger(UpstreamComponent.class);

    /** Time for sessions to leave an upstream that was replaced. */
    private static final long LEAVE_SECONDS = 1;

    private final String name;
    private final EventLoops loops;
    private final Room room;
    private final PluginTools tools;
    private final Set<Upstream> leaving = ConcurrentHashMap.newKeySet();
    private volatile Upstream current;

    /** @throws IllegalArgumentException if the configuration is wrong; it says which setting and what would be right */
    @Activate
    public UpstreamComponent(
            UpstreamConfig config,
            Map<String, Object> properties,
            @Reference EventLoops loops,
            @Reference Room room,
            @Reference PluginTools tools) {
        this.name = UpstreamSettings.nameIn(String.valueOf(properties.get("service.pid")));
        this.loops = loops;
        this.room = room;
        this.tools = tools;
        this.current = upstream(UpstreamSettings.of(name, config));
        log.info("Server [{}] is configured", name);
    }

    /** @throws IllegalArgumentException if the configuration is wrong; the one before stays in service */
    @Modified
    void change(UpstreamConfig config) {
        Upstream next = upstream(UpstreamSettings.of(name, config));
        Upstream old = current;
        current = next;
        leaving.add(old);
        // Reaping child processes takes its time, which is not the configuration's.
        loops.timer()
                .schedule(
                        () -> new Thread(() -> leave(old), "sallyport-upstream-" + name + "-leaves").start(),
                        LEAVE_SECONDS,
                        TimeUnit.SECONDS);
        log.info("Server [{}] is configured anew", name);
    }

    private Upstream upstream(UpstreamSettings settings) {
        Upstream own;
        if (settings.url().isPresent()) {
            own = new HttpUpstream(settings, loops, room);
        } else if (settings.plugin().isPresent()) {
            own = new PluginUpstream(settings, tools);
        } else {
            own = new StdioUpstream(settings, loops.timer(), room);
        }
        Upstream any = new NegotiatedUpstream(own, settings.era().orElse(null));
        return settings.shared() ? new SharedUpstream(any) : any;
    }

    /** The server as it is configured now; another object after each change. */
    public Upstream current() {
        return current;
    }

    /** Ends it, and what it was before. */
    @Deactivate
    void close() {
        current.close();
        leaving.forEach(this::leave);
    }

    private void leave(Upstream old) {
        old.close();
        leaving.remove(old);
    }
}
