package org.sallyport.config.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

@DisplayName("A check by JSON Schema")
class JsonSchemasTest {
    private final JsonSchemas schemas = new JsonSchemas(Duration.ofSeconds(30));

    @Test
    @DisplayName("finds nothing in what is right")
    void right() throws Exception {
        assertThat(found("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}", "{\"a\":1}"))
                .isEmpty();
        assertThat(found("{\"anyOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]}", "{\"b\":1}"))
                .isEmpty();
    }

    @Test
    @DisplayName("says path, value and what would be right")
    void findings() throws Exception {
        String schema = """
                {"$defs":{"tool":{"type":"object","required":["tool"],"additionalProperties":false,
                    "properties":{"tool":{"type":"string","minLength":2,"pattern":"^[a-z]+$"},"a/b":{"type":"boolean"},
                      "key":{"type":"string","writeOnly":true,"enum":["k"]}}}},
                 "type":"object","properties":{
                   "tools":{"type":"array","maxItems":5,"items":{"$ref":"#/$defs/tool"}},
                   "level":{"enum":["relaxed","strict"]},"n":{"type":"number","minimum":4,"maximum":5}},
                 "additionalProperties":false}""";

        assertThat(found(
                        schema,
                        "{\"tools\":[{},{\"tool\":\"x\"},{\"tool\":\"UP\",\"tol\":1,\"a/b\":2}],"
                                + "\"level\":\"strikt\",\"n\":7,\"zzzzzz\":1}"))
                .containsExactlyInAnyOrder(
                        "/tools/0 [tool] is missing",
                        "/tools/1/tool its length is not within [minLength 2]",
                        "/tools/2/tool [UP] does not match the regex pattern ^[a-z]+$",
                        "/tools/2/tol [tol] is not known here; did you mean [tool]?",
                        "/tools/2/a~1b [2] is not of the type [boolean]",
                        "/level [strikt] is none of [relaxed], [strict]; did you mean [strict]?",
                        "/n [7] is more than [5]",
                        "/zzzzzz [zzzzzz] is not known here; known are [tools], [level], [n]");
    }

    @Test
    @DisplayName("does not repeat values that are only to be written")
    void secrets() throws Exception {
        assertThat(found("{\"properties\":{\"p\":{\"type\":\"integer\",\"writeOnly\":true}}}", "{\"p\":\"s3cr3t\"}"))
                .containsExactly("/p [***] is not of the type [integer]");
        assertThat(found("{\"properties\":{\"p\":{\"enum\":[\"x\"],\"writeOnly\":true}}}", "{\"p\":\"s3cr3t\"}"))
                .allSatisfy(message -> assertThat(message).doesNotContain("s3cr3t"));
    }

    @Test
    @DisplayName("never fetches what a schema refers to, neither from the network nor from files")
    void nothingFetched(@TempDir Path folder) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes());
            exchange.close();
        });
        server.start();
        Path file = Files.writeString(folder.resolve("s.json"), "{}");
        try {
            String http = "http://127.0.0.1:" + server.getAddress().getPort() + "/s.json";
            for (String schema : List.of(
                    "{\"$ref\":\"" + http + "\"}",
                    "{\"$ref\":\"" + file.toUri() + "\"}",
                    "{\"$ref\":\"classpath:META-INF/MANIFEST.MF\"}",
                    "{\"$schema\":\"" + http + "\"}",
                    "{\"$id\":\"" + http + "\",\"$ref\":\"other.json\"}",
                    "{\"$dynamicRef\":\"" + http + "#x\"}")) {
                assertThat(found(schema, "{}")).as(schema).isNotEmpty();
            }
            assertThat(requests).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("does not find another plugin's schema by its $id")
    void ids() throws Exception {
        assertThat(found("{\"$id\":\"https://one.example/s\",\"minProperties\":0}", "{}"))
                .isEmpty();

        assertThat(found("{\"$ref\":\"https://one.example/s\"}", "{}")).isNotEmpty();
    }

    @Test
    @DisplayName("gives up a pattern that backtracks without end, and one that is none")
    void patterns() throws Exception {
        String evil = "{\"properties\":{\"a\":{\"pattern\":\"(.*a){20}$\"}}}";
        assertThat(found(evil, "{\"a\":\"" + "a".repeat(60) + "!\"}"))
                .singleElement()
                .asString()
                .contains("takes too long");
        assertThat(found("{\"properties\":{\"a\":{\"pattern\":\"(\"}}}", "{\"a\":\"x\"}"))
                .singleElement()
                .asString()
                .contains("not a regular expression");
        assertThat(found(
                        "{\"properties\":{\"a\":{\"pattern\":\"(x|y)*z\"}}}",
                        "{\"a\":\"" + "xy".repeat(100_000) + "\"}"))
                .hasSize(1);
    }

    @Test
    @DisplayName("survives schemas that refer to themselves, that are none, and that are too long")
    void badSchemas() throws Exception {
        assertThat(found("{\"allOf\":[{\"$ref\":\"#\"}]}", "{}")).hasSize(1);
        assertThat(found("not json", "{}")).singleElement().asString().contains("not JSON");
        assertThat(found("[1]", "{}")).isNotEmpty();
        assertThat(found("{\"title\":\"" + "x".repeat(JsonSchemas.MAX_SCHEMA) + "\"}", "{}"))
                .singleElement()
                .asString()
                .contains("longer than");
    }

    @Test
    @DisplayName("ends after its time, and never tries that schema again")
    void timeLimit() throws Exception {
        StringBuilder bomb = new StringBuilder("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
        for (int i = 0; i < 40; i++) {
            String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}";
            bomb.append("\"d")
                    .append(i)
                    .append("\":{\"allOf\":[")
                    .append(next)
                    .append(',')
                    .append(next)
                    .append("]},");
        }
        String schema = bomb.append("\"d40\":{\"minProperties\":0}}}").toString();
        JsonSchemas impatient = new JsonSchemas(Duration.ofMillis(300));

        assertThat(impatient.check(schema, Document.EMPTY_OBJECT))
                .singleElement()
                .satisfies(finding -> assertThat(finding).hasMessageContaining("was given up"));
        assertThat(impatient.check(schema, Document.EMPTY_OBJECT))
                .singleElement()
                .satisfies(finding -> assertThat(finding).hasMessageContaining("not used any more"));
        assertThat(schemas.check("{\"minProperties\":0}", Document.EMPTY_OBJECT))
                .isEmpty();
    }

    @Test
    @DisplayName("tells at most 100 findings")
    void manyFindings() throws Exception {
        Map<String, Document> many = new LinkedHashMap<>();
        for (int i = 0; i < 300; i++) {
            many.put("k" + i, Document.TRUE);
        }

        assertThat(schemas.check("{\"additionalProperties\":false}", Document.object(many)))
                .hasSize(CompiledSchema.MAX_FINDINGS);
    }

    @Test
    @DisplayName("says yes the quick way only where the validator says yes as well")
    void quickAgrees() throws Exception {
        Random random = new Random(20261120);
        int quick = 0;
        for (int i = 0; i < 3_000; i++) {
            Document schema = schema(random, 0);
            Document value = value(random, 0);
            if (SimpleSchema.surelyAccepts(schema, value)) {
                quick++;
                assertThat(CompiledSchema.of(schema).check(value))
                        .as("schema %s, value %s", schema, value)
                        .isEmpty();
            }
        }
        assertThat(quick).isGreaterThan(100);
    }

    private static Document schema(Random random, int level) {
        Map<String, Document> schema = new LinkedHashMap<>();
        String type = List.of("object", "array", "string", "integer", "number", "boolean")
                .get(random.nextInt(6));
        schema.put("type", Document.of(level == 0 && random.nextInt(4) > 0 ? "object" : type));
        if (random.nextInt(3) == 0) {
            schema.put("enum", Document.array(value(random, 2), value(random, 2), Document.of("b")));
        }
        type = schema.get("type").text("");
        Document bound = Document.of(random.nextInt(4));
        boolean low = random.nextInt(4) == 0;
        switch (type) {
            case "string" -> schema.put(low ? "minLength" : "maxLength", bound);
            case "integer", "number" -> schema.put(low ? "minimum" : "maximum", bound);
            case "array" -> {
                schema.put(low ? "minItems" : "maxItems", bound);
                schema.put("items", level < 2 ? schema(random, level + 1) : Document.TRUE);
            }
            case "object" -> {
                Map<String, Document> properties = new LinkedHashMap<>();
                for (String name : List.of("a", "b", "d").subList(0, level < 2 ? random.nextInt(4) : 0)) {
                    properties.put(name, schema(random, level + 1));
                }
                schema.put("properties", Document.object(properties));
                if (random.nextBoolean()) {
                    schema.put("additionalProperties", Document.FALSE);
                }
                if (random.nextInt(4) == 0) {
                    schema.put("required", Document.array(Document.of("a")));
                }
            }
            default -> {
                // no bounds
            }
        }
        return Document.object(schema);
    }

    private static Document value(Random random, int level) {
        switch (random.nextInt(level == 0 ? 3 : level > 1 ? 6 : 8)) {
            case 0, 6:
                Map<String, Document> members = new LinkedHashMap<>();
                for (String name : List.of("a", "b", "d")) {
                    if (random.nextInt(3) == 0) {
                        members.put(name, value(random, level + 1));
                    }
                }
                return Document.object(members);
            case 1, 7:
                List<Document> elements = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0 && level < 3; i--) {
                    elements.add(value(random, level + 1));
                }
                return Document.array(elements);
            case 2:
                return Document.of("b".repeat(random.nextInt(4)));
            case 3:
                return Document.of(random.nextInt(5) - 1);
            case 4:
                return Document.number("2.0");
            default:
                return random.nextBoolean() ? Document.TRUE : Document.NULL;
        }
    }

    private List<String> found(String schema, String settings) throws Exception {
        return schemas.check(schema, Json.read(settings)).stream()
                .map((SettingsException finding) -> finding.path() + " " + finding.getMessage())
                .toList();
    }
}
