package org.sallyport.it.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sallyport.api.document.Document;
import org.sallyport.it.Await;
import org.sallyport.it.McpSession;
import org.sallyport.it.SallyportProcess;
import org.sallyport.it.Signer;
import org.sallyport.it.TestPlugins;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * A real Sallyport in a process of its own, where attackers come in as strangers do, one after the other, beside a neighbour that has
 * to go on answering. Not thread-safe.
 */
final class Stage implements AutoCloseable {
    private static final Signer ATTACKER = new Signer("attacker");

    static final String NEIGHBOUR = "test.neighbour";

    private static final String MARK = " [neighbour]";

    private final Path home;
    private final Path jars;
    private final SallyportProcess process;
    private final McpSession session;
    private int typed;

    private Stage(Path home, SallyportProcess process, McpSession session) throws IOException {
        this.home = home;
        this.process = process;
        this.session = session;
        this.jars = Files.createDirectories(home.resolveSibling("jars"));
    }

    /**
     * Starts it.
     *
     * @param folder empty
     * @param level the most that the attacker's plugins get
     * @param configuration members of {@code conf/attacks.json}
     */
    static Stage open(Path folder, String level, Map<String, Object> configuration, String... javaOptions)
            throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        Signer.trust(
                home,
                Document.object("tests", Signer.TESTS.publisher("internal", "*"))
                        .with("attacker", ATTACKER.publisher(level, "*")));
        Map<String, Object> all = new HashMap<>();
        all.put("org.sallyport.policy", Map.of("autojoin", List.of("internal"), "deadline.millis", 20_000));
        for (Row row : Corpus.ROWS) {
            for (Variant variant : row.variants()) {
                all.put(variant.id(), Map.of("critical", false));
            }
        }
        all.putAll(configuration);
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                home.resolve("conf/attacks.json"), Document.fromJava(all).toJson(2));
        List<String> options = new ArrayList<>(List.of(javaOptions));
        // What hangs in a call is not waited for when its plugin goes.
        options.add("-Dsallyport.limit.drain.millis=1000");
        options.add("-Dsallyport.limit.start.millis=20000");
        SallyportProcess process = SallyportProcess.run(home, options, "--shell");
        Stage stage = new Stage(home, process, McpSession.open(process.mcp()));
        Path neighbour = stage.jars.resolve("neighbour.jar");
        Signer.TESTS.write(neighbour, TestPlugins.marker("neighbour", "1.0.0", MARK));
        stage.command("plugin:install '" + neighbour + "'");
        stage.awaitNeighbour();
        return stage;
    }

    /** Runs a verb; returns what the shell printed. */
    String command(String line) throws Exception {
        String end = "end-of-" + ++typed;
        int from = process.said();
        process.type(line);
        process.type("echo " + end);
        Await.until(
                "the answer to [" + line + "]",
                () -> !process.saidBefore(end, from).isEmpty());
        return process.saidBefore(end, from).replace(end, "").replace("g! ", "").strip();
    }

    /** Installs an attacker's plugin, with its signature; returns what the shell printed. */
    String install(String id, byte[] jar) throws Exception {
        Path file = jars.resolve(id + ".jar");
        Files.deleteIfExists(Path.of(file + ".dsse.json"));
        ATTACKER.writeAny(file, jar);
        return command("plugin:install '" + file + "' --grant");
    }

    /** Installs a file with what lies beside it. */
    String install(Path file) throws Exception {
        return command("plugin:install '" + file + "'");
    }

    void uninstall(String id) throws Exception {
        command("plugin:uninstall " + id);
    }

    /** Tells a plugin to attack; the whole answer. */
    Document attack(String id, Map<String, Object> arguments) throws Exception {
        Map<String, Object> all = new HashMap<>(arguments);
        all.put("attack", id);
        all.put("neighbour", NEIGHBOUR);
        all.put("internal", "org.sallyport.launcher.internal.HostRuntime");
        all.put("message", "hello");
        return session.call("echo", Document.fromJava(all));
    }

    /** What came of each step; empty if there is no answer of the plugin. */
    static List<Document> notes(Document answer) {
        String text = answer.get("result").get("content").get(0).get("text").text("");
        try {
            return text.startsWith("[") ? Json.read(text.replace(MARK, "")).values() : List.of();
        } catch (JsonException e) {
            throw new IllegalStateException(text, e);
        }
    }

    /** Fails unless the neighbour answers, and the host with it. */
    void awaitNeighbour() throws Exception {
        Await.until("the neighbour answers", this::neighbourAnswers);
    }

    boolean neighbourAnswers() throws Exception {
        return process.isAlive()
                && session.text("echo", Document.object("message", Document.of("hello")))
                        .contains(MARK);
    }

    /** The records about somebody. */
    List<Document> records(String subject) throws Exception {
        List<Document> records = new ArrayList<>();
        for (String line : Files.readAllLines(home.resolve("audit/lifecycle.jsonl"))) {
            Document record = Json.read(line);
            if (record.get("subject").text("").equals(subject)) {
                records.add(record);
            }
        }
        return records;
    }

    /** Bytes in files that a plugin keeps, wherever its tier has them. */
    long written(String id) throws IOException {
        Path data = home.resolve("data").resolve(id);
        if (!Files.isDirectory(data)) {
            return 0;
        }
        long size = 0;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                size += Files.size(file);
            }
        }
        return size;
    }

    SallyportProcess process() {
        return process;
    }

    Path home() {
        return home;
    }

    @Override
    public void close() {
        process.close();
    }
}
