package org.sallyport.it.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.sallyport.api.document.Document;

/**
 * What is out of bounds for a plugin: a secret, files that must stay and files that must not come to be, and a listener on the
 * loopback that nobody may reach. Says afterwards which traces an attack left.
 */
final class Outside implements AutoCloseable {
    /** Lies in the secret, the archive and the victim. */
    private final String token = "secret-" + UUID.randomUUID();

    private final Path folder;
    private final Path out;
    private final ServerSocket listener;
    private final DatagramSocket datagrams;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger packets = new AtomicInteger();

    /** @param folder empty; outside of the home folder */
    Outside(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        this.out = Files.createDirectories(this.folder.resolve("out"));
        Files.writeString(secret(), token);
        Files.writeString(this.folder.resolve("Harmless.java"), "class Harmless {}");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive()))) {
            zip.putNextEntry(new ZipEntry("secret.txt"));
            zip.write(token.getBytes(StandardCharsets.UTF_8));
        }
        // A library of the JDK that nothing here has loaded.
        Files.copy(
                Path.of(System.getProperty("it.java.home"), "lib", "libprefs.so"),
                library(),
                // One that is tried again after its host did not start.
                StandardCopyOption.REPLACE_EXISTING);
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        datagrams =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
        run("outside-tcp", this::accept);
        run("outside-udp", this::receive);
        prepare();
    }

    private Path secret() {
        return folder.resolve("secret.txt");
    }

    private Path archive() {
        return folder.resolve("archive.zip");
    }

    private Path library() {
        return folder.resolve("libattack.so");
    }

    private Path victim() {
        return folder.resolve("victim.txt");
    }

    private static void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                connections.incrementAndGet();
                socket.setSoTimeout(200);
                OutputStream answer = socket.getOutputStream();
                answer.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nreached"
                        .getBytes(StandardCharsets.US_ASCII));
                answer.flush();
                socket.shutdownOutput();
                socket.getInputStream().readNBytes(1 << 16);
            } catch (IOException gone) {
                // The other side went, or this one is closed.
            }
        }
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        while (!datagrams.isClosed()) {
            try {
                datagrams.receive(packet);
                packets.incrementAndGet();
            } catch (IOException closed) {
                // Asked again above.
            }
        }
    }

    /** What an attack is told. */
    Map<String, Object> arguments() {
        return Map.of(
                "secret", secret().toString(),
                "missing", folder.resolve("nothing.txt").toString(),
                "folder", folder.toString(),
                "out", out.resolve("made").toString(),
                "outs", out.toString(),
                "victim", victim().toString(),
                "archive", archive().toString(),
                "library", library().toString(),
                "port", listener.getLocalPort());
    }

    /** Permissions by their text, with the places of the test in them. */
    List<AttackJars.Asks> asked(String permissions) {
        String placed = permissions;
        for (Map.Entry<String, Object> place : arguments().entrySet()) {
            placed =
                    placed.replace("${" + place.getKey() + "}", place.getValue().toString());
        }
        return placed.isBlank()
                ? List.of()
                : Stream.of(placed.split(" ")).map(AttackJars.Asks::parse).toList();
    }

    int port() {
        return listener.getLocalPort();
    }

    Path secretFile() {
        return secret();
    }

    Path folder() {
        return folder;
    }

    /** Has it open to every account of the system, so that permissions alone keep anybody out. */
    void open() throws IOException {
        for (Path path : List.of(folder, out, victim())) {
            Set<PosixFilePermission> all = PosixFilePermissions.fromString("rwxrwxrwx");
            Files.setPosixFilePermissions(path, all);
        }
    }

    /** Wipes the traces of the attack before. */
    void prepare() throws IOException {
        Files.writeString(victim(), token);
        try (Stream<Path> made = Files.walk(out)) {
            for (Path path : made.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!path.equals(out)) {
                    Files.delete(path);
                }
            }
        }
        connections.set(0);
        packets.set(0);
    }

    /**
     * What an attack did, seen from here; none if it did nothing.
     *
     * @param answer what it said of itself
     */
    List<String> traces(Document answer) {
        List<String> traces = new ArrayList<>();
        if (answer.toJson().contains(token)) {
            traces.add("the secret was read");
        }
        try (Stream<Path> made = Files.list(out)) {
            made.forEach(path -> traces.add("a file was made: " + path.getFileName()));
            if (!Files.exists(victim())) {
                traces.add("a file was deleted");
            } else if (!Files.readString(victim()).equals(token)) {
                traces.add("a file was changed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (connections.get() > 0) {
            traces.add("connections: " + connections.get());
        }
        if (packets.get() > 0) {
            traces.add("datagrams: " + packets.get());
        }
        return traces;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        datagrams.close();
    }
}
