package org.sallyport.gateway.internal;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.sallyport.gateway.internal.loops.EventLoops;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.upstream.Upstream;
import org.sallyport.gateway.internal.upstream.UpstreamComponent;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.gateway.StdioFront;
import org.sallyport.spi.policy.PolicyEngine;

/**
 * The gateway as a component. Without a policy engine there is none, so nothing passes unguarded; a changed
 * configuration begins it anew, and clients have to initialize again.
 */
@Component(
        service = {GatewayComponent.class, StdioFront.class},
        configurationPid = GatewayConfig.PID,
        immediate = true)
@Designate(ocd = GatewayConfig.class)
public final class GatewayComponent implements StdioFront {
    private final Gateway gateway;

    /** Who knows tokens; nobody if that bundle is not there. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile @Nullable Authentication authentication;

    private final Set<UpstreamComponent> servers = new LinkedHashSet<>();

    /** The same object until something changes, so that sessions see by one look that nothing did. */
    private volatile List<Upstream> upstreams = List.of();

    /** Begins to serve. */
    @Activate
    public GatewayComponent(
            @Reference PolicyEngine engine,
            @Reference EventLoops loops,
            @Reference Room room,
            GatewayConfig config,
            BundleContext context) {
        boolean listen = !Boolean.parseBoolean(context.getProperty("sallyport.offline"));
        String version = context.getBundle().getVersion().toString();
        Path home = Path.of(String.valueOf(context.getProperty("sallyport.home")));
        gateway = new Gateway(
                GatewaySettings.of(config, home),
                engine,
                loops,
                room,
                () -> upstreams,
                () -> authentication,
                version,
                listen);
    }

    /** A server is configured. */
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "changeServer",
            unbind = "removeServer")
    void addServer(UpstreamComponent server) {
        change(() -> servers.add(server));
    }

    /** A server is configured otherwise. */
    void changeServer(UpstreamComponent server) {
        change(() -> {});
    }

    /** A server is not configured any more. */
    void removeServer(UpstreamComponent server) {
        change(() -> servers.remove(server));
    }

    private void change(Runnable change) {
        synchronized (servers) {
            change.run();
            upstreams = servers.stream().map(UpstreamComponent::current).toList();
        }
        gateway.upstreamsChanged();
    }

    /** Ends all sessions. */
    @Deactivate
    public void stop() {
        gateway.close();
    }

    @Override
    public CompletionStage<Void> serve(InputStream in, OutputStream out) {
        return gateway.serve(in, out);
    }

    GatewayStatus status() {
        return gateway.status();
    }
}
