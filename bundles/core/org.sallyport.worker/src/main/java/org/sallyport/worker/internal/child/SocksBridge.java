package org.sallyport.worker.internal.child;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.worker.internal.wire.HostNet;

/**
 * Where the JDK's sockets of a worker go, as it has no network: a SOCKS 5 server (RFC 1928, {@code CONNECT} alone) on its own
 * loopback, which has the host open the connection. Plain {@code Socket}s and what is built on them use it by themselves.
 */
final class SocksBridge {
    private static final int VERSION = 5;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int NOT_ALLOWED = 2;
    private static final int UNREACHABLE = 4;
    private static final int UNSUPPORTED = 7;
    private static final int CHUNK = 16 << 10;

    private final HostNet net;

    private SocksBridge(HostNet net) {
        this.net = net;
    }

    /** Begins, and tells the JDK of it. Without a loopback there is no bridge. */
    static void start(HostNet net) {
        try {
            ServerSocket server = new ServerSocket(0, 8, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            daemon("socks", () -> new SocksBridge(net).accept(server));
            System.setProperty("socksNonProxyHosts", "");
            System.setProperty("socksProxyPort", Integer.toString(server.getLocalPort()));
            System.setProperty("socksProxyHost", "127.0.0.1");
        } catch (IOException e) {
            // Then a connection fails as it would without the host.
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocket server) {
        try (server) {
            while (true) {
                Socket socket = server.accept();
                daemon("socks-connection", () -> serve(socket));
            }
        } catch (IOException e) {
            // It ends with the worker.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.readUnsignedByte();
            in.readNBytes(in.readUnsignedByte());
            out.write(new byte[] {VERSION, 0});
            in.readUnsignedByte();
            int command = in.readUnsignedByte();
            in.readUnsignedByte();
            String host = address(in);
            int port = in.readUnsignedShort();
            if (command != CONNECT) {
                reply(out, UNSUPPORTED);
                return;
            }
            int connection;
            try {
                connection = net.open(host, port);
            } catch (PluginException e) {
                reply(out, e.code().equals("not_granted") ? NOT_ALLOWED : UNREACHABLE);
                return;
            }
            try {
                reply(out, 0);
                daemon("socks-upstream", () -> up(in, connection));
                down(out, connection);
            } finally {
                net.close(connection);
            }
        } catch (IOException | RuntimeException e) {
            // The plugin sees its connection end.
        }
    }

    private static String address(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case IPV4 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
            case IPV6 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
            case NAME -> new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.ISO_8859_1);
            default -> throw new IOException("an address of no kind");
        };
    }

    private static void reply(OutputStream out, int code) throws IOException {
        out.write(new byte[] {VERSION, (byte) code, 0, IPV4, 0, 0, 0, 0, 0, 0});
    }

    private void up(DataInputStream in, int connection) {
        byte[] chunk = new byte[CHUNK];
        try {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                net.write(connection, Arrays.copyOf(chunk, read));
            }
        } catch (IOException | RuntimeException e) {
            // One of the two ended.
        }
    }

    private void down(OutputStream out, int connection) throws IOException {
        while (true) {
            byte[] chunk = net.read(connection);
            if (chunk == null) {
                continue;
            } else if (chunk.length == 0) {
                return;
            }
            out.write(chunk);
        }
    }
}
