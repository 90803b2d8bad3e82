package org.sallyport.worker.internal.child;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.worker.internal.wire.HostNet;

/**
 * Where the JDK's sockets of a worker go, as it has no network: a SOCKS 5 server (RFC 1928, {@code CONNECT} alone) on its own
 * loopback, which has the host open the connection.
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

    private final HostNet net;

    private SocksBridge(HostNet net) {
        this.net = net;
    }

    /** Begins to serve; returns its address. */
    static InetSocketAddress start(HostNet net) throws IOException {
        return Relay.listen("socks", socket -> new SocksBridge(net).serve(socket));
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
                new Relay(net, connection).run(in, out);
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
}
