package org.sallyport.config.internal.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

@DisplayName("An import")
class ImportsTest {
    @Nested
    @DisplayName("of Gatekit's YAML")
    class Gatekit {
        private static final String SAMPLE = """
                _shared: &pii
                  action: redact
                  pii_types:
                    email: {enabled: yes}
                proxy:
                  transport: stdio
                  upstreams:
                    - name: filesystem
                      transport: stdio
                      command: ["npx", "-y", "@modelcontextprotocol/server-filesystem", "/tmp"]
                      restart_on_failure: true
                    - name: remote
                      transport: http
                      url: https://mcp.example/mcp
                  timeouts:
                    connection_timeout: 30
                plugins:
                  security:
                    _global:
                      - handler: basic_pii_filter
                        config:
                          <<: *pii
                          priority: 10
                          enabled: true
                      - handler: basic_pii_filter
                        config: {action: block, critical: false}
                    filesystem:
                      - handler: basic_pii_filter
                        config: {enabled: off}
                  middleware:
                    filesystem:
                      - handler: tool_manager
                        config:
                          tools: [{tool: read_file}]
                    ghost:
                      - handler: tool_manager
                        config: {tools: []}
                  auditing:
                    _global:
                      - handler: audit_jsonl
                        config:
                          output_file: logs/audit.jsonl
                          max_body_size: 0x400
                          priority: 20
                logging:
                  level: INFO
                """;

        @Test
        @DisplayName("carries upstreams, handlers under their own names, scopes, order and the platform's keys")
        void sample() throws Exception {
            Imported imported = GatekitImport.read("gatekit.yaml", SAMPLE);

            assertThat(Json.readWithComments(imported.text()).document()).isEqualTo(Json.read("""
                                    {":sallyport:defaults": false,
                                     "org.sallyport.gateway.upstream~filesystem":
                                       {"command": ["npx", "-y", "@modelcontextprotocol/server-filesystem", "/tmp"]},
                                     "org.sallyport.gateway.upstream~remote": {"url": "https://mcp.example/mcp"},
                                     "org.sallyport.gateway": {"names": "prefixed"},
                                     "basic_pii_filter": {"action": "redact", "pii_types": {"email": {"enabled": true}},
                                       "priority": 10, "enabled": true,
                                       "servers": {"filesystem": {"enabled": false}}},
                                     "basic_pii_filter~2": {"action": "block", "critical": false},
                                     "tool_manager": {"servers": {"filesystem": {"tools": [{"tool": "read_file"}]}}},
                                     "audit_jsonl": {"output_file": "logs/audit.jsonl", "max_body_size": 1024}}"""));
        }

        @Test
        @DisplayName("says what was left out, with its line")
        void notes() {
            assertThat(GatekitImport.read("gatekit.yaml", SAMPLE).notes())
                    .contains(
                            "line 11: [restart_on_failure] of server [filesystem] was left out:"
                                    + " it has no counterpart here",
                            "line 15: [proxy.timeouts] was left out: it has no counterpart here",
                            "line 35: the plugins of [ghost] were left out: there is no server of that name",
                            "line 45: [logging] was left out: it has no counterpart here")
                    .anySatisfy(note -> assertThat(note).contains("[priority] was left out"));
        }

        @Test
        @DisplayName("refuses what is no YAML, no such file, or not whole, with line and column")
        void refused() {
            assertRefused("proxy: [a", "g.yaml:1:");
            assertRefused("other: 1", "neither [proxy] nor [plugins]");
            assertRefused("proxy:\n  upstreams:\n    - url: x", "g.yaml:3:7: An upstream has no [name]");
            assertRefused("proxy:\n  upstreams:\n    - name: x", "neither [command] nor [url]");
            assertRefused("plugins:\n  security:\n    _global:\n      - config: {}", "no name of a handler");
            assertRefused("proxy: {}\nproxy: {}", "proxy");
        }

        @Test
        @DisplayName("is not blown up by aliases, depth or objects of classes")
        void bombs() {
            StringBuilder laughs = new StringBuilder("proxy: {}\na0: &a0 [x, x]\n");
            for (int i = 1; i < 60; i++) {
                laughs.append("a")
                        .append(i)
                        .append(": &a")
                        .append(i)
                        .append(" [*a")
                        .append(i - 1)
                        .append(", *a")
                        .append(i - 1)
                        .append("]\n");
            }
            assertRefused(laughs.toString(), "more than [");
            assertRefused("proxy: " + "[".repeat(100_000), "more than [64] levels");
            assertRefused("proxy: &p {upstreams: *p}", "g.yaml:");

            Imported tagged = GatekitImport.read(
                    "g.yaml", "proxy: {upstreams: [{name: a, url: !!javax.script.ScriptEngineManager \"x\"}]}");
            assertThat(tagged.entries()).containsKey("org.sallyport.gateway.upstream~a");
        }

        private void assertRefused(String yaml, String message) {
            assertThatThrownBy(() -> GatekitImport.read("g.yaml", yaml))
                    .isInstanceOf(ImportException.class)
                    .hasMessageContaining(message);
        }
    }

    @Nested
    @DisplayName("of an MCP client's servers")
    class Client {
        @Test
        @DisplayName("carries commands, environment, addresses and headers")
        void claude() {
            Imported imported = ClientImport.read("claude_desktop_config.json", """
                    {
                      // written by hand
                      "mcpServers": {
                        "filesystem": {"command": "npx", "args": ["-y", "server-filesystem", "/tmp"],
                                       "env": {"TOKEN": "a=b"}, "cwd": "/srv"},
                        "GitHub (work)": {"type": "http", "url": "https://api.example/mcp",
                                          "headers": {"Authorization": "Bearer ${TOKEN}"}},
                        "old": {"command": "x", "disabled": true},
                        "empty": {"note": 1},
                      },
                    }""");

            assertThat(imported.entries())
                    .isEqualTo(Map.of(
                            "org.sallyport.gateway.upstream~filesystem",
                            Document.fromJava(Map.of(
                                    "command", java.util.List.of("npx", "-y", "server-filesystem", "/tmp"),
                                    "env", java.util.List.of("TOKEN=a=b"),
                                    "cwd", "/srv")),
                            "org.sallyport.gateway.upstream~github-work",
                            Document.fromJava(Map.of(
                                    "url",
                                    "https://api.example/mcp",
                                    "headers",
                                    java.util.List.of("Authorization: Bearer ${TOKEN}")))));
            assertThat(imported.notes())
                    .contains(
                            "line 6: server [GitHub (work)] is called [github-work] here",
                            "line 8: server [old] was left out: it is disabled",
                            "line 9: server [empty] was left out: it has neither [command] nor [url]");
        }

        @Test
        @DisplayName("finds the blocks of VS Code as well")
        void vsCode() {
            assertThat(ClientImport.read(
                                    "mcp.json", "{\"servers\": {\"a\": {\"type\": \"sse\", \"url\": \"http://x\"}}}")
                            .notes())
                    .singleElement()
                    .asString()
                    .contains("HTTP+SSE");
            assertThat(ClientImport.read("settings.json", "{\"mcp\": {\"servers\": {\"a\": {\"command\": \"x\"}}}}")
                            .entries())
                    .containsOnlyKeys("org.sallyport.gateway.upstream~a");
        }

        @Test
        @DisplayName("refuses what has no servers, and says where the text is no JSON")
        void refused() {
            assertThatThrownBy(() -> ClientImport.read("c.json", "{}")).hasMessageContaining("[mcpServers]");
            assertThatThrownBy(() -> ClientImport.read("c.json", "{\n \"mcpServers\": x}"))
                    .isInstanceOf(ImportException.class)
                    .hasMessageStartingWith("c.json:2:");
        }

        @Test
        @DisplayName("lets no header and no comment break out of its line")
        void lines() {
            Imported imported = ClientImport.read(
                    "c\n.json",
                    "{\"mcpServers\": {\"a\\nb\": {\"url\": \"http://x\", \"headers\": {\"X\": \"1\\r\\nY: 2\"}}}}");

            assertThat(imported.entries()
                            .get("org.sallyport.gateway.upstream~a-b")
                            .keys())
                    .containsExactly("url");
            assertThat(imported.text()
                            .lines()
                            .filter(line -> !line.startsWith("//"))
                            .findFirst())
                    .contains("{");
        }
    }

    @Test
    @DisplayName("gives servers names that tools can be prefixed with, each once")
    void names() {
        ServerNames names = new ServerNames();

        assertThat(names.of("ok-name_1")).isEqualTo("ok-name_1");
        assertThat(names.of("a__b")).isEqualTo("a_b");
        assertThat(names.of("A  b")).isEqualTo("a-b");
        assertThat(names.of("a-b")).isEqualTo("a-b-2");
        assertThat(names.of("42 things!")).isEqualTo("things");
        assertThat(names.of("日本")).isEqualTo("server");
        assertThat(ServerNames.cleaned("x".repeat(500))).hasSize(ServerNames.MAX_LENGTH);
    }
}
