package org.sallyport.admission.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.archive.ArchiveReader;
import org.sallyport.admission.internal.archive.Manifests;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

@DisplayName("The settings schema of a handler")
class SettingsSchemasTest {
    private static final String HEAD =
            "<?xml version='1.0' encoding='UTF-8'?><m:MetaData xmlns:m='http://www.osgi.org/xmlns/metatype/v1.4.0'>";

    @Test
    @DisplayName("is the one that the plugin ships under the handler's name, before all others")
    void shipped() throws Exception {
        SettingsSchemas schemas = schemas(Manifests.plugin("x")
                .entry("META-INF/sallyport/x.schema.json", "{\"title\": \"mine\"}")
                .entry("OSGI-INF/metatype/x.xml", metatype("pid", "<AD id='a' type='String' required='false'/>")));

        assertThat(schemas.of("x", "pid")).isEqualTo("{\"title\": \"mine\"}");
        assertThat(Json.read(schemas.of("y", "pid")).get("properties").has("a")).isTrue();
    }

    @Test
    @DisplayName("is that of an object without members if there is nothing to derive it from")
    void none() throws Exception {
        Document schema = Json.read(schemas(Manifests.plugin("x")).of("x", "pid"));

        assertThat(schema.get("type").text("")).isEqualTo("object");
        assertThat(schema.get("additionalProperties")).isEqualTo(Document.FALSE);
        assertThat(schema.get("properties").members()).isEmpty();
    }

    @Test
    @DisplayName("is derived from the definition of its component, with types, bounds, options, defaults and paths")
    void derived() throws Exception {
        Document schema = derived("""
                <AD id='action' type='String' required='false' default='redact' name='Action' description='What to do'>
                  <Option label='B' value='block'/><Option label='R' value='redact'/></AD>
                <AD id='limit' type='Integer' min='1' max='5'/>
                <AD id='http.port' type='Long' default='80' required='false'/>
                <AD id='words' type='String' cardinality='3' required='true' default='a,b\\,c'/>
                <AD id='many' type='Double' cardinality='-2147483648'/>
                <AD id='on' type='Boolean' default='true'/>
                """);

        assertThat(schema.get("$schema").text("")).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.get("required")).isEqualTo(Json.read("[\"limit\"]"));
        Document properties = schema.get("properties");
        assertThat(properties.get("action"))
                .isEqualTo(Json.read("{\"title\":\"Action\",\"description\":\"What to do\",\"type\":\"string\","
                        + "\"enum\":[\"block\",\"redact\"],\"default\":\"redact\"}"));
        assertThat(properties.get("limit")).isEqualTo(Json.read("{\"type\":\"integer\",\"minimum\":1,\"maximum\":5}"));
        assertThat(properties.get("http").get("properties").get("port").get("default"))
                .isEqualTo(Document.of(80));
        assertThat(properties.get("http").get("additionalProperties")).isEqualTo(Document.FALSE);
        assertThat(properties.get("words"))
                .isEqualTo(Json.read("{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"maxItems\":3,"
                        + "\"default\":[\"a\",\"b,c\"]}"));
        assertThat(properties.get("many").has("maxItems")).isFalse();
        assertThat(properties.get("on").get("default")).isEqualTo(Document.TRUE);
    }

    @ParameterizedTest(name = "cannot be derived from {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a type that is unknown|<AD id='a' type='Colour'/>|the attribute [a] has the unknown type [Colour]",
                "an id twice|<AD id='a' type='Long'/><AD id='a' type='Long'/>|the attribute [a] is there twice",
                "an id that is below another|<AD id='a' type='Long'/><AD id='a.b' type='Long'/>|the attribute [a.b] has an id that is no path",
                "an id that is no path|<AD id='a..b' type='Long'/>|the attribute [a..b] has an id that is no path",
                "a bound that is no number|<AD id='a' type='Long' min='x'/>|",
                "a cardinality that is no number|<AD id='a' type='Long' cardinality='x'/>|"
            })
    void contradictions(String what, String attributes, String why) {
        assertThat(refusal(Manifests.plugin("x").entry("OSGI-INF/metatype/x.xml", metatype("pid", attributes))))
                .startsWith("its [OSGI-INF/metatype/x.xml] cannot be used: " + (why == null ? "" : why));
    }

    @Test
    @DisplayName("cannot be derived from XML with a document type declaration, entities or no end")
    void xml() {
        String bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>";
        String name = "its [OSGI-INF/metatype/x.xml] cannot be used: ";

        assertThat(refusal(metatypeFile(bomb + "<x>&b;</x>"))).isEqualTo(name + "it has a document type declaration");
        assertThat(refusal(metatypeFile(HEAD + "<OCD id='&x;'/></m:MetaData>"))).startsWith(name);
        assertThat(refusal(metatypeFile(HEAD))).startsWith(name);
        assertThat(refusal(metatypeFile("x".repeat((256 << 10) + 1))))
                .isEqualTo("its entry [OSGI-INF/metatype/x.xml] has [262145] bytes; at most [262144] are read");
        assertThat(refusal(metatypeFile(HEAD + "<x/>".repeat(10_000) + "</m:MetaData>")))
                .isEqualTo(name + "it has more than 10000 elements");
    }

    @Test
    @DisplayName("is refused if it is no JSON object, or one of more than 100")
    void json() {
        String name = "META-INF/sallyport/x.schema.json";

        assertThat(refusal(Manifests.plugin("x").entry(name, "[]")))
                .isEqualTo("its [" + name + "] cannot be used: it is no JSON object");
        assertThat(refusal(Manifests.plugin("x").entry(name, "{\n \"a\" 1}")))
                .startsWith("its [" + name + "] cannot be used: line 2, column ");
        Manifests many = Manifests.plugin("x");
        for (int i = 0; i < 101; i++) {
            many.entry("META-INF/sallyport/h" + i + ".schema.json", "{}");
        }
        assertThat(refusal(many)).isEqualTo("its [settings schemas] cannot be used: there are more than [100]");
    }

    private static Document derived(String attributes) throws Exception {
        SettingsSchemas schemas =
                schemas(Manifests.plugin("x").entry("OSGI-INF/metatype/x.xml", metatype("pid", attributes)));
        return Json.read(schemas.of("x", "pid"));
    }

    private static Manifests metatypeFile(String xml) {
        return Manifests.plugin("x").entry("OSGI-INF/metatype/x.xml", xml);
    }

    private static String metatype(String pid, String attributes) {
        return HEAD + "<OCD id='o' name=''>" + attributes + "</OCD><Designate pid='" + pid
                + "'><Object ocdref='o'/></Designate></m:MetaData>";
    }

    private static SettingsSchemas schemas(Manifests manifest) throws ArchiveException {
        return new SettingsSchemas(ArchiveReader.read(manifest.build()));
    }

    private static String refusal(Manifests manifest) {
        ArchiveException refused = catchThrowableOfType(ArchiveException.class, () -> schemas(manifest));
        assertThat(refused).as("refused").isNotNull();
        return refused.getMessage();
    }
}
