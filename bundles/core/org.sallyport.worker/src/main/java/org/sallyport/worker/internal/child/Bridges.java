package org.sallyport.worker.internal.child;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.worker.internal.wire.HostNet;

/**
 * The ways to the host's network, as the JDK finds them by itself. Who may not go where it wants is not sent there: what it then tries
 * itself is denied with the name of what it wanted.
 */
final class Bridges extends ProxySelector {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Proxy socks;
    private final Proxy http;
    private final Supplier<Optional<Permissions>> permissions;

    private Bridges(Proxy socks, Proxy http, Supplier<Optional<Permissions>> permissions) {
        this.socks = socks;
        this.http = http;
        this.permissions = permissions;
    }

    /**
     * Begins, and tells the JDK of it. Without a loopback there are no bridges, and connections fail.
     *
     * @param permissions the plugin's; none as long as nothing is guarded, then the host decides alone
     * @return what the plugin has to be granted to get as far as here
     */
    static List<String> start(HostNet net, Supplier<Optional<Permissions>> permissions) {
        try {
            InetSocketAddress socks = SocksBridge.start(net);
            InetSocketAddress http = HttpBridge.start(net);
            ProxySelector.setDefault(
                    new Bridges(new Proxy(Proxy.Type.SOCKS, socks), new Proxy(Proxy.Type.HTTP, http), permissions));
            return List.of(
                    "net.connect:" + text(socks),
                    "net.private:" + text(socks),
                    "net.connect:" + text(http),
                    "net.private:" + text(http));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public List<Proxy> select(URI uri) {
        String host = uri.getHost();
        return switch (String.valueOf(uri.getScheme())) {
            case "http" -> http(host, uri.getPort() < 0 ? HTTP_PORT : uri.getPort());
            case "https" -> http(host, uri.getPort() < 0 ? HTTPS_PORT : uri.getPort());
            default -> List.of(socks);
        };
    }

    private List<Proxy> http(String host, int port) {
        boolean may = host != null
                && permissions
                        .get()
                        .map(known -> known.permits("net", "connect", host + ":" + port))
                        .orElse(true);
        return List.of(may ? http : Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException cause) {
        // Who connects is told.
    }
}
