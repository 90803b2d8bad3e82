package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.worker.internal.wire.HostNet;

/**
 * Opens connections for one worker, to hosts that its plugin was granted. What a name stands for is looked up here, once, and asked
 * for with it: an address of this machine or its own network needs {@code net.private} too, by whatever name. Thread-safe.
 */
final class Connections implements HostNet, AutoCloseable {
    /** Most connections at a time. */
    static final int MAX = 16;

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 100;
    private static final int CHUNK = 64 << 10;

    private final Predicate<String> granted;
    private final Names names;
    private final Semaphore free = new Semaphore(MAX);
    private final Map<Integer, Socket> open = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    /** Looks names up. */
    interface Names {
        InetAddress find(String host) throws UnknownHostException;
    }

    /**
     * @param granted whether {@code net.connect} is granted for a target, which is noted: {@code host:port}, or {@code
     *     name/address:port} when it is known where a name leads
     */
    Connections(Predicate<String> granted) {
        this(granted, InetAddress::getByName);
    }

    Connections(Predicate<String> granted, Names names) {
        this.granted = granted;
        this.names = names;
    }

    @Override
    public int open(String host, int port) {
        String named = host.indexOf(':') < 0 ? host : '[' + host + ']';
        String target = named + ":" + port;
        // Asked first, as looking a name up tells it to others.
        if (host.isEmpty() || port < 1 || port > 65_535 || !granted.test(target)) {
            throw new PluginException(
                    "not_granted", "[" + target + "] was not granted; the operator can do so: net.connect:" + target);
        } else if (!free.tryAcquire()) {
            throw new PluginException("too_many", "More than [" + MAX + "] connections at a time");
        }
        Socket socket = new Socket(java.net.Proxy.NO_PROXY);
        int number = next.incrementAndGet();
        open.put(number, socket);
        try {
            InetAddress address = names.find(host);
            String literal = literal(address);
            if (!literal.equals(named) && !granted.test(named + "/" + literal + ":" + port)) {
                throw new PluginException(
                        "not_granted",
                        "[" + target + "] leads to [" + literal + "], an address of this machine or its network; the"
                                + " operator can grant net.private:" + target);
            }
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
        } catch (IOException e) {
            close(number);
            throw new PluginException("unreachable", "[" + target + "] cannot be reached: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            close(number);
            throw e;
        }
        return number;
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String plain = zone < 0 ? text : text.substring(0, zone);
        return plain.indexOf(':') < 0 ? plain : '[' + plain + ']';
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
            free.release();
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
