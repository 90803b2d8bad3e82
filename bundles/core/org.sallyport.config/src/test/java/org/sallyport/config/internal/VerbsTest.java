package org.sallyport.config.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.config.internal.settings.JsonSchemas;
import org.sallyport.config.internal.verbs.CheckVerb;
import org.sallyport.config.internal.verbs.ImportVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.json.Json;

@DisplayName("A verb of the configuration")
class VerbsTest {
    @TempDir
    Path folder;

    private LayeredConfiguration configuration;
    private EffectiveConfiguration effective;

    @BeforeEach
    void configuration() {
        configuration = new LayeredConfiguration(
                new ConfigFiles(folder.resolve("conf"), null),
                new Evaluation(
                        Layer.empty(Layer.Origin.DEFAULTS),
                        Layer.empty(Layer.Origin.OVERRIDES),
                        new JsonSchemas(Duration.ofSeconds(30)),
                        SampleMetatype::pids,
                        List::of),
                null,
                (snapshot, candidate) -> {});
        configuration.evaluate();
        effective = new EffectiveConfiguration() {
            @Override
            public List<Entry> entries() {
                return List.of();
            }

            @Override
            public List<Problem> checkFiles() {
                return configuration.checkFiles();
            }

            @Override
            public String nameOf(Path file) {
                return file.getFileName().toString();
            }
        };
    }

    @Test
    @DisplayName("that imports writes a file which the one that checks finds right")
    void importThenCheck() throws Exception {
        Files.writeString(
                folder.resolve("mcp.json"),
                "{\"mcpServers\": {\"A b\": {\"command\": \"x\", \"env\": {\"K\": \"v\"}}}}");
        Files.writeString(
                folder.resolve("gatekit.yaml"),
                "proxy:\n  upstreams: [{name: a, command: [x]}]\nplugins:\n  security:\n    _global: [{handler: h}]\n");

        for (String kind : List.of("mcp", "gatekit")) {
            String file = kind.equals("mcp") ? "mcp.json" : "gatekit.yaml";
            String said = new ImportVerb(configuration)
                    .run(arguments(Map.of("kind", kind, "file", file, "output", kind + ".out.json")));
            assertThat(said).contains("Wrote [").doesNotContain("mended");
            assertThat(new CheckVerb(configuration, effective).run(arguments(Map.of("file", kind + ".out.json"))))
                    .startsWith("Nothing is wrong");
        }
    }

    @Test
    @DisplayName("that imports overwrites nothing")
    void noOverwrite() throws Exception {
        Files.writeString(folder.resolve("mcp.json"), "{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}");
        Files.writeString(folder.resolve("mine.json"), "mine");
        Arguments arguments = arguments(Map.of("kind", "mcp", "file", "mcp.json", "output", "mine.json"));

        assertThatThrownBy(() -> new ImportVerb(configuration).run(arguments))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("file_exists"));
        assertThat(folder.resolve("mine.json")).hasContent("mine");
    }

    @Test
    @DisplayName("that checks fails with a line for each problem, in the form that editors jump to")
    void problems() throws Exception {
        Files.writeString(folder.resolve("a.json"), "{\n \"org.sallyport.gateway\": {\"prt\": 1}}");

        assertThatThrownBy(() -> new CheckVerb(configuration, effective).run(arguments(Map.of("file", "a.json"))))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("invalid_configuration"))
                .hasMessage("a.json:2:28: org.sallyport.gateway/prt: [prt] is not known here; did you mean [port]?");
    }

    @Test
    @DisplayName("that shows masks what may be secret")
    void masking() throws Exception {
        assertThat(Masking.masked(Json.read("""
                                {"env": ["TOKEN=abc"], "headers": ["Authorization: Bearer x"], "apiKey": "k",
                                 "command": ["npx", "-y"], "url": "http://x", "nested": {"password": "p"}}"""))).isEqualTo(Json.read("""
                                {"env": ["TOKEN=***"], "headers": ["Authorization: ***"], "apiKey": "***",
                                 "command": ["npx", "-y"], "url": "http://x", "nested": {"password": "***"}}"""));
    }

    @Test
    @DisplayName("finds platform entries in the types of their definition")
    void types() throws Exception {
        String schema =
                SampleMetatype.pids().pids().get("org.sallyport.gateway").schema();

        Map<String, Object> properties = CmProperties.of(
                schema,
                Json.read("{\"port\": 1, \"deadline.millis\": 2, \"ratio\": 1, \"on\": false, \"tags\": [],"
                        + "\"host\": {\"a\": 1}}"));

        assertThat(properties)
                .containsEntry("port", 1)
                .containsEntry("deadline.millis", 2L)
                .containsEntry("ratio", 1.0)
                .containsEntry("on", false)
                .containsEntry("tags", new String[0])
                .containsEntry("host", "{\"a\":1}");
        assertThat(TypedName.of("hosts:String[]").orElseThrow().convert(Document.of("x")))
                .isEqualTo(Document.array(Document.of("x")));
        assertThat(TypedName.of("a:b")).isEmpty();
    }

    private Arguments arguments(Map<String, String> values) {
        return new Arguments(values, folder);
    }
}
