package org.sallyport.gateway.internal.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

@DisplayName("Generated values")
class GeneratedTest {
    private static Document expand(String json) throws JsonException {
        return Generated.expand(Json.read(json.replace('\'', '"')));
    }

    @ParameterizedTest
    @DisplayName("are written out wherever they stand")
    @CsvSource(delimiter = '|', textBlock = """
                    {'a':{'$repeat':['xy',3]}} | {"a":"xyxyxy"}
                    [{'$concat':['AK',{'$repeat':['I',2]},'\\n']}] | ["AKII\\n"]
                    {'$keys':2} | {"k0":0,"k1":1}
                    {'$nest':3} | {"n":{"n":{}}}
                    {'$ref':'#/a'} | {"$ref":"#/a"}
                    {'a':{'$repeat':['',5]},'b':[]} | {"a":"","b":[]}
                    """)
    void written(String given, String expected) throws JsonException {
        assertThat(expand(given).toJson()).isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("are refused if they are too large or make no sense")
    @CsvSource(delimiter = '|', textBlock = """
                    {'$repeat':['xxxxxxxxxxxxxxxx',8000000]}
                    {'$keys':-1}
                    {'$repeat':['x',1.5]}
                    {'$concat':[1]}
                    """)
    void refused(String given) {
        assertThatThrownBy(() -> expand(given)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("may be deeper than a document can be, which is said")
    void tooDeep() {
        assertThatThrownBy(() -> expand("{'$nest':300}")).isInstanceOf(JsonException.class);
    }
}
