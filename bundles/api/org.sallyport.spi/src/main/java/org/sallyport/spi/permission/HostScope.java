package org.sallyport.spi.permission;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hosts and ports: {@code example.org:443}, {@code *.example.org}, {@code 10.0.0.0/8:8000-8100}, {@code [2001:db8::/32]:443},
 * {@code *:443}. {@code *.example.org} does not stand for {@code example.org} itself.
 */
final class HostScope implements Scopes.Scope {
    private static final int PORTS = 65_535;

    /** In lower case; begins with a dot for all names below; empty for any host or where there is an address. */
    private final String name;

    private final byte @Nullable [] address;
    private final int bits;
    private final int from;
    private final int to;

    private HostScope(String name, byte @Nullable [] address, int bits, int from, int to) {
        this.name = name;
        this.address = address;
        this.bits = bits;
        this.from = from;
        this.to = to;
    }

    static HostScope parse(String text) {
        boolean bracket = text.startsWith("[");
        int end = bracket ? text.indexOf(']') : text.indexOf(':') < 0 ? text.length() : text.indexOf(':');
        if (end < 0 || !bracket && text.indexOf(':', end + 1) >= 0) {
            throw new IllegalArgumentException(
                    "an address with colons stands in brackets, such as [[2001:db8::1]:443]");
        }
        String host = text.substring(bracket ? 1 : 0, end).toLowerCase(Locale.ROOT);
        String rest = text.substring(bracket ? end + 1 : end);
        int[] ports = {0, PORTS};
        if (!rest.isEmpty()) {
            if (rest.charAt(0) != ':') {
                throw new IllegalArgumentException("a port stands behind a colon");
            }
            ports = ports(rest.substring(1));
        }
        if (host.equals("*")) {
            return new HostScope("", null, 0, ports[0], ports[1]);
        }
        int slash = host.indexOf('/');
        byte[] address = Addresses.parse(slash < 0 ? host : host.substring(0, slash));
        if (address != null) {
            int all = address.length * 8;
            int bits = slash < 0 ? all : bits(host.substring(slash + 1), all);
            return new HostScope("", address, bits, ports[0], ports[1]);
        }
        String below = host.startsWith("*.") ? host.substring(2) : host;
        if (slash >= 0 || bracket || !isName(below)) {
            throw new IllegalArgumentException("[" + host
                    + "] is neither a host's name, with [*.] before it for all below, nor an address, nor a range such as"
                    + " [10.0.0.0/8]");
        }
        return new HostScope(host.startsWith("*.") ? "." + below : host, null, 0, ports[0], ports[1]);
    }

    private static int[] ports(String text) {
        if (text.equals("*")) {
            return new int[] {0, PORTS};
        }
        int dash = text.indexOf('-');
        int from = portNumber(dash < 0 ? text : text.substring(0, dash));
        int to = dash < 0 ? from : portNumber(text.substring(dash + 1));
        if (from < 0 || to < from) {
            throw new IllegalArgumentException(
                    "[" + text + "] is no port from 0 to [" + PORTS + "], nor a range of them");
        }
        return new int[] {from, to};
    }

    /** Below zero if it is none. */
    private static int portNumber(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port > PORTS ? -1 : port;
    }

    private static int bits(String text, int most) {
        int bits = portNumber(text);
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException("[/" + text + "] is no length from 0 to [" + most + "]");
        }
        return bits;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= 253
                && !Addresses.looksLikeOne(name)
                && Arrays.stream(name.split("\\.", -1))
                        .allMatch(label -> !label.isEmpty()
                                && label.length() <= 63
                                && label.chars()
                                        .allMatch(c ->
                                                c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'));
    }

    /**
     * What somebody wants to reach: {@code host:port}, {@code name/address:port} if it is known where the name leads,
     * {@code [address]:port}, or any of them without a port.
     *
     * @param port below zero for none
     */
    record Target(String name, byte @Nullable [] address, int port) {
        static @Nullable Target read(String text) {
            if (text.length() > Permission.MAX_SCOPE) {
                return null;
            }
            int slash = text.indexOf('/');
            String name = slash < 0 ? "" : text.substring(0, slash);
            String rest = text.substring(slash + 1);
            int close = rest.startsWith("[") ? rest.indexOf(']') : -1;
            int colon = close >= 0 ? rest.indexOf(':', close) : rest.indexOf(':');
            String host = close >= 0 ? rest.substring(1, close) : colon < 0 ? rest : rest.substring(0, colon);
            if (close >= 0 && colon != close + 1 && close + 1 != rest.length()) {
                return null;
            }
            int port = colon < 0 ? -1 : portNumber(rest.substring(colon + 1));
            byte[] address = Addresses.parse(host);
            if (colon >= 0 && port < 0 || slash >= 0 && address == null || close >= 0 && address == null) {
                return null;
            }
            String called = (address == null ? host : name).toLowerCase(Locale.ROOT);
            // One at its end says that it is whole.
            called = called.endsWith(".") ? called.substring(0, called.length() - 1) : called;
            if (Addresses.parse(called) != null) {
                called = "";
            }
            return address == null && !isName(called) || !called.isEmpty() && !isName(called)
                    ? null
                    : new Target(called, address, port);
        }

        boolean isPrivate() {
            byte[] known = address;
            return known == null ? name.equals("localhost") || name.endsWith(".localhost") : Addresses.isPrivate(known);
        }
    }

    @Override
    public boolean matches(String target) {
        Target asked = Target.read(target);
        return asked != null && matches(asked);
    }

    boolean matches(Target asked) {
        if (asked.port >= 0 ? asked.port < from || asked.port > to : from > 0 || to < PORTS) {
            return false;
        }
        byte[] range = address;
        if (range != null) {
            byte[] wanted = asked.address;
            return wanted != null && Addresses.agree(range, wanted, bits);
        }
        return name.isEmpty() || (name.charAt(0) == '.' ? asked.name.endsWith(name) : asked.name.equals(name));
    }

    @Override
    public boolean covers(Scopes.Scope other) {
        if (!(other instanceof HostScope wanted) || wanted.from < from || wanted.to > to) {
            return false;
        }
        byte[] range = address;
        byte[] inner = wanted.address;
        if (range != null) {
            return inner != null && wanted.bits >= bits && Addresses.agree(range, inner, bits);
        } else if (name.isEmpty()) {
            return true;
        }
        return inner == null && (name.charAt(0) == '.' ? wanted.name.endsWith(name) : wanted.name.equals(name));
    }
}
