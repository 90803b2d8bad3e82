package org.sallyport.launcher.internal.guard;

import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.Permissions;

/** Networks: {@code connect}, {@code listen}, {@code udp}, {@code resolve}, {@code unix}. */
final class NetActs {
    private NetActs() {}

    static Map<String, Act> named() {
        return Map.of(
                "net.connect", (who, arguments) -> reach("connect", arguments[0]),
                "net.listen", (who, arguments) -> here("listen", arguments[0], true),
                "net.udp", (who, arguments) -> reach("udp", arguments[0]),
                "net.udp.port", NetActs::port,
                "net.udp.here", (who, arguments) -> here("udp", arguments[0], false),
                "net.resolve", (who, arguments) -> resolve((String) arguments[0]),
                "net.reverse", (who, arguments) -> resolve(literal((InetAddress) arguments[0])));
    }

    private static List<Need> reach(String action, @Nullable Object to) {
        if (to instanceof DatagramPacket packet) {
            // A connected socket sends where it is connected to.
            return packet.getAddress() == null ? List.of() : reach(action, packet.getSocketAddress());
        }
        if (to instanceof InetAddress group) {
            return reach(action, new InetSocketAddress(group, 0));
        }
        if (to == null) {
            return List.of();
        }
        if (Acts.ofJdk(to) instanceof UnixDomainSocketAddress unix) {
            return unix(unix);
        }
        if (!(to instanceof InetSocketAddress address)) {
            return List.of(
                    Need.never("net", action, ((SocketAddress) to).getClass().getName()));
        }
        InetAddress known = address.getAddress();
        String name = address.getHostString();
        if (known == null) {
            // Nobody can connect to it.
            return List.of(Need.named("net", action, name + ":" + address.getPort()));
        }
        String literal = bracketed(known) + ":" + address.getPort();
        if (name.equals(known.getHostAddress())) {
            return List.of(Need.named("net", action, literal));
        }
        return List.of(Need.of(
                "net",
                action,
                name + "/" + literal,
                granted -> granted.permits("net", action, literal)
                        || granted.permits("net", action, name + "/" + literal) && leadsTo(name, known)));
    }

    /** What a name leads to is said by who resolves it, not by who made the address. */
    private static boolean leadsTo(String name, InetAddress address) {
        try {
            return Arrays.stream(InetAddress.getAllByName(name))
                    .anyMatch(known -> Arrays.equals(known.getAddress(), address.getAddress()));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static List<Need> port(Confined who, Object[] arguments) {
        return arguments[0] instanceof InetAddress address && arguments[1] instanceof Integer port
                ? reach("udp", new InetSocketAddress(address, port))
                : List.of();
    }

    private static List<Need> here(String action, @Nullable Object at, boolean always) {
        if (at instanceof UnixDomainSocketAddress unix) {
            return unix(unix);
        }
        InetSocketAddress address = at == null ? new InetSocketAddress(0) : (InetSocketAddress) Acts.ofJdk(at);
        InetAddress known = address.getAddress();
        if (!always && address.getPort() == 0 || known == null) {
            return List.of();
        }
        return List.of(Need.named("net", action, bracketed(known) + ":" + address.getPort()));
    }

    private static List<Need> unix(UnixDomainSocketAddress address) {
        String path = address.getPath().toString();
        if (path.isEmpty()) {
            return List.of();
        }
        return List.of(Need.of("net", "unix", path, granted -> {
            String real = RealPaths.of(path, true);
            return real != null && granted.permits("net", "unix", real);
        }));
    }

    /** Who may reach a host may ask where it is. */
    private static List<Need> resolve(@Nullable String host) {
        return host == null || host.isEmpty()
                ? List.of()
                : List.of(Need.of(
                        "net",
                        "resolve",
                        host,
                        granted -> granted.permits("net", "resolve", host)
                                || granted.list().stream().anyMatch(one -> reaches(granted, one, host))));
    }

    private static boolean reaches(Permissions granted, Permission one, String host) {
        if (!one.type().equals("net")
                || !one.action().equals("connect") && !one.action().equals("udp")) {
            return false;
        }
        String scope = one.scope();
        String port = scope.substring(scope.lastIndexOf(':') + 1);
        String first = port.indexOf('-') < 0 ? port : port.substring(0, port.indexOf('-'));
        boolean some = !first.isEmpty() && first.length() <= 5 && first.chars().allMatch(c -> c >= '0' && c <= '9');
        return granted.permits("net", one.action(), host + ":" + (some ? first : "443"));
    }

    private static String bracketed(InetAddress address) {
        String text = literal(address);
        return text.indexOf(':') < 0 ? text : '[' + text + ']';
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
