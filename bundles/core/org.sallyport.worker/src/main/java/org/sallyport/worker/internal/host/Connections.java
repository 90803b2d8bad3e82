package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.worker.internal.wire.HostNet;

/**
 * Opens connections for one worker, to hosts that its plugin was granted. What a name stands for is looked up here, and an
 * address of this machine or its own network needs {@code net.private} too, unless the plugin named that very address.
 */
final class Connections implements HostNet, AutoCloseable {
    /** Most connections at a time. */
    static final int MAX = 16;

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 100;
    private static final int CHUNK = 64 << 10;

    private final BiPredicate<String, String> granted;
    private final Map<Integer, Socket> open = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    /** @param granted whether an action ({@code connect}, {@code private}) on a {@code host:port} is, which is noted */
    Connections(BiPredicate<String, String> granted) {
        this.granted = granted;
    }

    @Override
    public int open(String host, int port) {
        String target = host + ":" + port;
        if (host.isEmpty() || port < 1 || port > 65_535 || !granted.test("connect", target)) {
            throw new PluginException(
                    "not_granted", "[" + target + "] was not granted; the operator can do so: net.connect:" + target);
        } else if (open.size() >= MAX) {
            throw new PluginException("too_many", "More than [" + MAX + "] connections at a time");
        }
        Socket socket = new Socket(java.net.Proxy.NO_PROXY);
        try {
            InetAddress address = InetAddress.getByName(host);
            if (isPrivate(address) && !address.getHostAddress().equals(host) && !granted.test("private", target)) {
                throw new PluginException(
                        "not_granted",
                        "[" + target + "] is an address of this machine or its network; the operator can grant"
                                + " net.private:" + target);
            }
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
        } catch (IOException e) {
            close(socket);
            throw new PluginException("unreachable", "[" + target + "] cannot be reached: " + e.getMessage(), e);
        } catch (PluginException e) {
            close(socket);
            throw e;
        }
        int number = next.incrementAndGet();
        open.put(number, socket);
        return number;
    }

    private static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || address.getAddress().length == 16 && (address.getAddress()[0] & 0xFE) == 0xFC;
    }

    private Socket socket(int connection) {
        Socket socket = open.get(connection);
        if (socket == null) {
            throw new PluginException("closed", "The connection is closed");
        }
        return socket;
    }

    @Override
    public byte @Nullable [] read(int connection) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = socket(connection).getInputStream();
            int read = in.read(chunk);
            return read < 0 ? new byte[0] : Arrays.copyOf(chunk, read);
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            close(connection);
            return new byte[0];
        }
    }

    @Override
    public void write(int connection, byte[] bytes) {
        try {
            socket(connection).getOutputStream().write(bytes);
        } catch (IOException e) {
            close(connection);
            throw new PluginException("closed", "The connection ended: " + e.getMessage(), e);
        }
    }

    @Override
    public void close(int connection) {
        Socket socket = open.remove(connection);
        if (socket != null) {
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        open.keySet().forEach(this::close);
    }
}
