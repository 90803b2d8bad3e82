package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;

/** Servers come, change and go by a configuration file, while a client with a session uses others. */
@DisplayName("A configuration file that is saved")
class LiveServersIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void install() throws Exception {
        Npm.install();
    }

    /** Replaces the file by one with these servers; the values differ where a server is to be configured otherwise. */
    private void configure(Map<String, String> servers) throws Exception {
        Document all = Document.EMPTY_OBJECT;
        for (Map.Entry<String, String> server : servers.entrySet()) {
            Document settings = Document.fromJava(Map.of(
                    "command",
                    List.of("node", Npm.script("fixture.mjs"), "stdio"),
                    "env",
                    List.of("WORD=" + server.getValue())));
            all = all.with("org.sallyport.gateway.upstream~" + server.getKey(), settings);
        }
        Path conf = Files.createDirectories(folder.resolve("home/conf"));
        Path half = Files.writeString(folder.resolve("servers.part"), all.toJson(2));
        Files.move(half, conf.resolve("servers.json"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean lists(McpSession client, String tool) throws Exception {
        return client.request("tools/list", Document.EMPTY_OBJECT).at("result", "tools").values().stream()
                .anyMatch(each -> each.get("name").text("").equals(tool));
    }

    private static String pid(McpSession client, String server) throws Exception {
        return client.text(server + "__pid", Document.EMPTY_OBJECT);
    }

    @Test
    @DisplayName("brings, changes and takes away servers in sessions that are open, and disturbs no other")
    void live() throws Exception {
        Map<String, String> servers = new TreeMap<>(Map.of("alpha", "1", "beta", "1"));
        configure(servers);
        try (SallyportProcess gateway = SallyportProcess.run(folder.resolve("home"))) {
            Await.until("two servers", () -> lists(McpSession.open(gateway.mcp()), "beta__pid"));
            McpSession client = McpSession.open(gateway.mcp());
            String alpha = pid(client, "alpha");
            String beta = pid(client, "beta");

            servers.put("gamma", "1");
            configure(servers);
            Await.until("a third server", () -> lists(client, "gamma__pid"));
            assertThat(pid(client, "gamma")).matches("\\d+");

            servers.put("alpha", "2");
            configure(servers);
            Await.until(
                    "another process",
                    () -> pid(client, "alpha").matches("\\d+")
                            && !pid(client, "alpha").equals(alpha));

            servers.remove("gamma");
            configure(servers);
            Await.until("two servers again", () -> !lists(client, "gamma__pid"));
            assertThat(client.call("gamma__pid", Document.EMPTY_OBJECT)
                            .at("error", "code")
                            .asLong(0))
                    .isEqualTo(-32602);
            assertThat(pid(client, "beta")).isEqualTo(beta);
        }
    }
}
