package org.sallyport.registry.internal.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL server for tests: a cluster of its own in a temporary folder, on a loopback port, run by an ordinary user. A
 * shell between this process and the server waits for the end of its input; so however this process ends, the server is
 * stopped and the folder removed.
 */
public final class PostgresServer implements AutoCloseable {
    private static final String USER = "sallyport";
    private static final String PASSWORD = "fort und hinein: 'x' \"y\"";
    private static final long LIMIT_SECONDS = 60;

    /** Makes the cluster, starts the server, and then starts and stops it as it is told until its input ends. */
    private static final String SCRIPT = """
            umask 077
            export LC_ALL=C
            bin=$1 folder=$2 port=$3
            cd "$folder" || exit 1
            "$bin/initdb" -D data -U sallyport -A scram-sha-256 --pwfile=password -E UTF8 --no-sync > initdb.log 2>&1 || {
              cat initdb.log; exit 1; }
            start() {
              "$bin/postgres" -D data -k "$folder" -p "$port" -c listen_addresses=127.0.0.1 -c fsync=off \
                -c max_connections=50 > server.log 2>&1 < /dev/null &
              server=$!
            }
            stop() {
              kill -INT $server 2>/dev/null
              wait $server 2>/dev/null
            }
            start
            echo up
            while read -r word; do
              case $word in
                stop) stop; echo stopped ;;
                start) start; echo started ;;
              esac
            done
            stop
            rm -rf "$folder"
            """;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static PostgresServer shared;

    private final Path folder;
    private final int port;
    private final Process process;
    private final Writer words;
    private final BufferedReader answers;

    private PostgresServer(Path bin) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("sallyport-postgres-");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        port = freePort();
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // PostgreSQL does not run as root.
            String user = ordinaryUser();
            run("chown", "-R", user, folder.toString());
            command.addAll(List.of("runuser", "-u", user, "--"));
        }
        command.addAll(List.of("sh", "-c", SCRIPT, "sh", bin.toString(), folder.toString(), Integer.toString(port)));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        words = process.outputWriter(StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        expect("up");
        awaitUp();
    }

    /** Where PostgreSQL's programs are; empty if it is not installed. */
    public static Optional<Path> programs() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(versions)) {
            try (Stream<Path> folders = Files.list(versions)) {
                folders.sorted(Comparator.comparing(
                                        (Path one) -> one.getFileName().toString())
                                .reversed())
                        .map(one -> one.resolve("bin"))
                        .forEach(found::add);
            }
        }
        Arrays.stream(System.getenv("PATH").split(":")).map(Path::of).forEach(found::add);
        return found.stream()
                .filter(one -> Files.isExecutable(one.resolve("initdb")) && Files.isExecutable(one.resolve("postgres")))
                .findFirst();
    }

    /** The one of this process, which ends with it; tests that stop the server make one of their own. */
    public static synchronized PostgresServer shared() throws IOException, InterruptedException {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    /** One of one's own. */
    public static PostgresServer start() throws IOException, InterruptedException {
        return new PostgresServer(programs().orElseThrow(() -> new IOException("PostgreSQL is not installed")));
    }

    /** Makes a database with nothing in it. */
    public String newDatabase() throws SQLException {
        String name = "test" + NUMBER.incrementAndGet() + "_"
                + ProcessHandle.current().pid();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
    }

    public String user() {
        return USER;
    }

    /** A file with the password. */
    public Path passwordFile() {
        return folder.resolve("password");
    }

    /** What must never be seen in a log. */
    public String password() {
        return PASSWORD;
    }

    /** As an administrator of the database would. */
    public Connection open(String url) throws SQLException {
        return DriverManager.getConnection(url, USER, PASSWORD);
    }

    private Connection connect(String database) throws SQLException {
        return open("jdbc:postgresql://127.0.0.1:" + port + "/" + database);
    }

    /** The server goes away; its data stay. */
    public void stop() throws IOException {
        tell("stop");
        expect("stopped");
    }

    /** The server comes back. */
    public void startAgain() throws IOException, InterruptedException {
        tell("start");
        expect("started");
        awaitUp();
    }

    private void tell(String word) throws IOException {
        words.write(word + "\n");
        words.flush();
    }

    private void expect(String word) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.equals(word)) {
                return;
            }
            all.append(line).append('\n');
        }
        throw new IOException("PostgreSQL did not start: " + all);
    }

    private void awaitUp() throws IOException, InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS); ; Thread.sleep(20)) {
            try (Connection connection = connect("postgres")) {
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > end) {
                    throw new IOException("PostgreSQL did not come up; " + folder + "/server.log says why", e);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String ordinaryUser() throws IOException, InterruptedException {
        return new ProcessBuilder("id", "postgres").start().waitFor() == 0 ? "postgres" : "nobody";
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        words.close();
        process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
