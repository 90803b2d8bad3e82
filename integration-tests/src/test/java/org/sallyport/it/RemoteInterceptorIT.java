package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;

/** Two gateways, of which one has the other's plugins decide on its messages. */
@DisplayName("Interceptors of another gateway")
class RemoteInterceptorIT {
    private static final String NO_FILTERS =
            "\"secrets-filter\": {\"enabled\": false}, \"pii-filter\": {\"enabled\": false},"
                    + " \"injection-defence\": {\"enabled\": false}";

    @TempDir
    private Path folder;

    private Path config(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String asking(int port, String more) {
        return "\"remote-interceptor\": {\"url\": \"http://127.0.0.1:" + port
                + "/interceptors\", \"timeout_millis\": 30000" + more + "}, \"org.sallyport.policy\":"
                + " {\"autojoin\": [\"internal\"], \"deadline.millis\": 60000, \"breaker.slow.millis\": 0}";
    }

    private static Document note(McpSession client, String name) throws Exception {
        return client.call("fetch_note", Document.object("name", Document.of(name)));
    }

    @Test
    @DisplayName("redact and block what passes, and stop it when they are gone")
    void decide() throws Exception {
        Path guard = config("guard.json", "{\"org.sallyport.gateway\": {\"interceptors\": true}}");
        try (SallyportProcess remote = SallyportProcess.run(folder.resolve("remote"), "--config", guard.toString())) {
            Path asks = config(
                    "asks.json",
                    "{" + NO_FILTERS + ", "
                            + asking(remote.port(), ", \"interceptors\": [\"pii-filter\", \"secrets-filter/check\"]")
                            + "}");
            try (SallyportProcess gateway = SallyportProcess.run(folder.resolve("home"), "--config", asks.toString())) {
                McpSession client = McpSession.open(gateway.mcp());

                assertThat(note(client, "welcome").has("result")).isTrue();
                assertThat(note(client, "contact").toJson()).contains("EMAIL REDACTED");
                Document blocked = note(client, "deployment").get("error");
                assertThat(blocked.get("code").asLong(0)).isEqualTo(-32000);
                assertThat(blocked.at("data", "plugin").text("")).isEqualTo("remote-interceptor");
                assertThat(blocked.at("data", "reasonCode").text("")).isEqualTo("interceptor_refused");

                remote.kill();
                assertThat(note(client, "welcome").at("error", "code").asLong(0))
                        .isEqualTo(-32603);
            }
        }
    }

    @Test
    @DisplayName("do not call in circles if a gateway names itself")
    void circle() throws Exception {
        Path conf = Files.createDirectories(folder.resolve("home/conf"));
        Files.writeString(conf.resolve("gateway.json"), "{\"org.sallyport.gateway\": {\"interceptors\": true}}");
        try (SallyportProcess gateway = SallyportProcess.run(folder.resolve("home"))) {
            McpSession client = McpSession.open(gateway.mcp());
            assertThat(note(client, "welcome").has("result")).isTrue();

            Path half = config("circle.part", "{" + NO_FILTERS + ", " + asking(gateway.port(), "") + "}");
            Files.move(half, conf.resolve("circle.json"));

            Await.until(
                    "messages are stopped",
                    () -> note(client, "welcome").at("error", "code").asLong(0) == -32603);
            assertThat(note(client, "welcome").at("error", "message").text("")).contains("remote-interceptor");
        }
    }
}
