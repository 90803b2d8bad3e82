package org.sallyport.worker.internal.child;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.Consumer;
import org.sallyport.worker.internal.wire.HostNet;

/**
 * Carries bytes between a socket of the plugin and a connection that the host opened.
 *
 * @param connection its number
 */
record Relay(HostNet net, int connection) {
    private static final int CHUNK = 16 << 10;
    private static final int BACKLOG = 8;

    /** Takes connections on the worker's own loopback, each on a thread of its own; returns the address. */
    static InetSocketAddress listen(String name, Consumer<Socket> serve) throws IOException {
        ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        daemon(name, () -> {
            try (server) {
                while (true) {
                    Socket socket = server.accept();
                    daemon(name + "-connection", () -> serve.accept(socket));
                }
            } catch (IOException e) {
                // It ends with the worker.
            }
        });
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns when the other side has ended. */
    void run(InputStream in, OutputStream out) throws IOException {
        daemon("upstream", () -> up(in));
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

    private void up(InputStream in) {
        byte[] chunk = new byte[CHUNK];
        try {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                net.write(connection, Arrays.copyOf(chunk, read));
            }
        } catch (IOException | RuntimeException e) {
            // One of the two ended.
        }
    }
}
