package org.sallyport.spi.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

@DisplayName("The schema of a metatype file")
class MetatypeSchemasTest {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<metatype:MetaData xmlns:metatype=\"http://www.osgi.org/xmlns/metatype/v1.4.0\">\n";
    private static final String TAIL = "</metatype:MetaData>";

    @Test
    @DisplayName("has type, width, bounds, default and options of each attribute, and refuses unknown names")
    void attributes() throws Exception {
        Document schema = schema(
                ocd("<AD id='port' type='Integer' default='8470' min='0' max='65535' description='TCP port'/>"
                        + "<AD id='host' type='String' required='false'/>"
                        + "<AD id='names' type='String' default='auto'><Option label='a' value='auto'/>"
                        + "<Option label='p' value='plain'/></AD>"
                        + "<AD id='secret' type='Password'/>"),
                false);

        assertThat(schema).isEqualTo(Json.read("""
                        {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Gateway","type":"object",
                         "properties":{
                           "port":{"description":"TCP port","type":"integer","format":"int32","minimum":0,"maximum":65535,
                                   "default":8470},
                           "host":{"type":"string"},
                           "names":{"type":"string","enum":["auto","plain"],"default":"auto"},
                           "secret":{"type":"string","writeOnly":true}},
                         "required":["secret"],"additionalProperties":false}"""));
    }

    @Test
    @DisplayName("keeps dotted ids flat for Configuration Admin")
    void flat() throws Exception {
        Document schema = schema(ocd("<AD id='deadline.millis' type='Long' default='2000'/>"), false);

        assertThat(schema.at("properties", "deadline.millis", "default").asLong(0))
                .isEqualTo(2000);
    }

    @Test
    @DisplayName("makes objects of dotted ids for plugins, needed ones along the whole way")
    void nested() throws Exception {
        Document schema = schema(
                ocd("<AD id='types.email.enabled' type='Boolean' default='true'/>"
                        + "<AD id='types.email.mask' type='String'/>"),
                true);

        Document email = schema.at("properties", "types", "properties", "email");
        assertThat(email.at("properties", "enabled", "default")).isEqualTo(Document.TRUE);
        assertThat(email.get("required")).isEqualTo(Document.array(Document.of("mask")));
        assertThat(email.get("additionalProperties")).isEqualTo(Document.FALSE);
        assertThat(schema.get("required")).isEqualTo(Document.array(Document.of("types")));
    }

    @Test
    @DisplayName("makes arrays of cardinalities, with the number they allow")
    void arrays() throws Exception {
        Document schema = schema(
                ocd("<AD id='many' type='String' cardinality='2147483647' default='a, b\\,c ,\\ d'/>"
                        + "<AD id='some' type='Short' cardinality='-3' default='1,2' required='false'/>"),
                false);

        assertThat(schema.at("properties", "many"))
                .isEqualTo(Json.read(
                        "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"default\":[\"a\",\"b,c\",\" d\"]}"));
        assertThat(schema.at("properties", "some", "maxItems").asLong(0)).isEqualTo(3);
        assertThat(schema.at("properties", "some", "default").values()).containsExactly(Document.of(1), Document.of(2));
    }

    @Test
    @DisplayName("is found by PID, by factory PID and by the id of the object class")
    void lookup() throws Exception {
        String xml = HEAD + "<OCD id='o' name='O'><AD id='a' type='Long'/></OCD>"
                + "<Designate pid='one'><Object ocdref='o'/></Designate>"
                + "<Designate factoryPid='many'><Object ocdref='o'/></Designate>"
                + "<OCD id='alone' name='A'/>" + TAIL;

        assertThat(MetatypeSchemas.definitions(stream(xml), false))
                .extracting(MetatypeSchemas.Definition::pid, MetatypeSchemas.Definition::factory)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("one", false),
                        org.assertj.core.groups.Tuple.tuple("many", true),
                        org.assertj.core.groups.Tuple.tuple("alone", false));
        assertThat(MetatypeSchemas.schema(stream(xml), "many", false)).isPresent();
        assertThat(MetatypeSchemas.schema(stream(xml), "o", false)).isPresent();
        assertThat(MetatypeSchemas.schema(stream(xml), "none", false)).isEmpty();
    }

    @Test
    @DisplayName("is refused to a file with a document type, so that no entity is ever resolved")
    void entities() {
        String xml = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
                + "<MetaData><OCD id='o' name='&e;'/></MetaData>";

        assertThatThrownBy(() -> MetatypeSchemas.definitions(stream(xml), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("document type");
    }

    @Test
    @DisplayName("is refused to what is broken, contradictory, too large or something else")
    void refused() {
        assertRefused("<MetaData><OCD", "not well-formed");
        assertRefused("<root/>", "no MetaData element");
        assertRefused(ocd("<AD id='a' type='Wide'/>"), "[Wide] is not known");
        assertRefused(ocd("<AD id='a' type='Long' cardinality='x'/>"), "cardinality [x]");
        assertRefused(ocd("<AD id='a' type='Long' min='low'/>"), "bound [low]");
        assertRefused(ocd("<AD id='a' type='Long'/><AD id='a' type='Long'/>"), "taken already");
        assertRefused(" ".repeat(MetatypeSchemas.MAX_BYTES + 1), "larger than");
    }

    @Test
    @DisplayName("is refused where one id is a value and a step for others")
    void stepAndValue() {
        assertThatThrownBy(() -> schema(ocd("<AD id='a' type='Long'/><AD id='a.b' type='Long'/>"), true))
                .hasMessageContaining("[a] is a value already");
    }

    @Test
    @DisplayName("is made of as many attributes as are allowed, and of no more")
    void bound() throws Exception {
        StringBuilder ads = new StringBuilder();
        for (int i = 0; i < MetatypeSchemas.MAX_ATTRIBUTES; i++) {
            ads.append("<AD id='a").append(i).append("' type='Long'/>");
        }

        assertThat(schema(ocd(ads.toString()), false).get("properties").size())
                .isEqualTo(MetatypeSchemas.MAX_ATTRIBUTES);
        assertRefused(ocd(ads + "<AD id='more' type='Long'/>"), "more than");
    }

    private static void assertRefused(String xml, String message) {
        assertThatThrownBy(() -> MetatypeSchemas.definitions(stream(xml), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private static String ocd(String attributes) {
        return HEAD + "<OCD id='o' name='Gateway'>" + attributes + "</OCD><Designate pid='p'><Object ocdref='o'/>"
                + "</Designate>" + TAIL;
    }

    private static Document schema(String xml, boolean nested) throws Exception {
        return Json.read(MetatypeSchemas.schema(stream(xml), "p", nested).orElseThrow());
    }

    private static InputStream stream(String xml) {
        return new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8));
    }
}
