package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.registry.internal.sql.PostgresServer;
import org.sallyport.registry.internal.sql.RequiresPostgres;

/** The registry of the real jar, where the operator says it is kept. */
@DisplayName("The registry")
class RegistryStoreIT {
    private static final String PLUGIN = "pii-filter";

    @TempDir
    private Path home;

    private void keptIn(String settings) throws Exception {
        Files.createDirectories(home.resolve("registry"));
        Files.writeString(home.resolve("registry").resolve("store.json"), settings);
    }

    private static String jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private SallyportProcess.Finished execute(String... words) throws Exception {
        String[] all = java.util.Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--home";
        all[words.length + 1] = home.toString();
        return SallyportProcess.execute(all);
    }

    private static boolean redacts(SallyportProcess gateway) throws Exception {
        return McpSession.open(gateway.mcp())
                .text("fetch_note", Document.object("name", Document.of("contact")))
                .contains("REDACTED");
    }

    @Test
    @DisplayName("lies in H2 if that is configured, and nowhere else; what was changed there is so at the next start")
    void h2() throws Exception {
        keptIn("{\"store\": \"sql\", \"url\": \"jdbc:h2:{home}/registry/sql\", \"drivers\": [\"h2.jar\"]}");
        Files.copy(Path.of(jarOf(org.h2.Driver.class)), home.resolve("registry").resolve("h2.jar"));
        assertThat(execute("plugin", "disable", PLUGIN).output()).contains("DISABLED");

        assertThat(execute("plugin", "list").output()).containsPattern(PLUGIN + ".*DISABLED");
        SallyportProcess.Finished where = execute("sallyport", "registry");
        assertThat(where.output()).contains("jdbc:h2:{home}/").contains("true");
        assertThat(home.resolve("registry").resolve("sql.mv.db")).isRegularFile();
        assertThat(home.resolve("registry").resolve("registry-a.json")).doesNotExist();
    }

    @Test
    @Tag("long")
    @DisplayName(
            "is copied from files to H2 and back if that is configured; what was changed before and there goes along")
    void copied() throws Exception {
        assertThat(execute("plugin", "disable", PLUGIN).output()).contains("DISABLED");
        String h2 = "\"store\": \"sql\", \"url\": \"jdbc:h2:{home}/registry/sql\", \"drivers\": [\"h2.jar\"]";
        Files.copy(Path.of(jarOf(org.h2.Driver.class)), home.resolve("registry").resolve("h2.jar"));

        keptIn("{" + h2 + ", \"copy_from\": {\"store\": \"file\"}}");
        assertThat(execute("plugin", "list").output()).containsPattern(PLUGIN + ".*DISABLED");
        try (SallyportProcess gateway = SallyportProcess.run(home)) {
            assertThat(gateway.log()).contains("Nothing is copied from [file]: that was done before");
        }
        keptIn("{" + h2 + "}");
        assertThat(execute("plugin", "list").output()).containsPattern(PLUGIN + ".*DISABLED");
        assertThat(execute("plugin", "enable", PLUGIN).output()).containsPattern("ACTIVE|ASLEEP");

        for (String slot : new String[] {"registry-a", "registry-b"}) {
            Files.deleteIfExists(home.resolve("registry").resolve(slot + ".json"));
            Files.deleteIfExists(home.resolve("registry").resolve(slot + ".log"));
        }
        keptIn("{\"store\": \"file\", \"copy_from\": {" + h2 + "}}");
        try (SallyportProcess gateway = SallyportProcess.run(home)) {
            assertThat(redacts(gateway)).as(gateway.log()).isTrue();
        }
        assertThat(home.resolve("registry").resolve("registry-a.json")).isRegularFile();
    }

    @Test
    @DisplayName("that cannot be opened is not replaced by another one: a command says so, and changes nothing")
    void wrongSettings() throws Exception {
        keptIn("{\"store\": \"sq1\"}");

        SallyportProcess.Finished list = execute("plugin", "list");

        assertThat(list.exitCode()).as(list.output()).isEqualTo(3);
        assertThat(list.output()).contains("store.json").contains("\"sql\"");
        assertThat(home.resolve("registry").resolve("registry-a.json")).doesNotExist();
    }

    @Test
    @RequiresPostgres
    @DisplayName(
            "in a database that is away at the start: the gateway is up and lets nothing by; when it is back, all is there")
    void away() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            keptIn("{\"store\": \"sql\", \"url\": \"" + server.newDatabase() + "\", \"user\": \"" + server.user()
                    + "\", \"password_file\": \"" + server.passwordFile() + "\", \"drivers\": [\""
                    + jarOf(org.postgresql.Driver.class) + "\"]}");
            try (SallyportProcess first = SallyportProcess.run(home)) {
                assertThat(redacts(first)).as(first.log()).isTrue();
            }
            server.stop();

            try (SallyportProcess gateway = SallyportProcess.run(home)) {
                assertThat(gateway.log())
                        .contains("The registry cannot be opened")
                        .contains("jdbc:postgresql:");
                Document answer = Document.of(McpSession.post(
                                gateway.mcp(),
                                "",
                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                                        + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"it\",\"version\":\"1\"}}}")
                        .body());
                assertThat(answer.text("")).contains("error");

                server.startAgain();
                Await.until("the plugins are in service", () -> redacts(gateway));
                assertThat(gateway.log()).doesNotContain(server.password());
            }
            assertThat(execute("plugin", "list").output()).containsPattern(PLUGIN + ".*(ACTIVE|ASLEEP)");
        }
    }
}
