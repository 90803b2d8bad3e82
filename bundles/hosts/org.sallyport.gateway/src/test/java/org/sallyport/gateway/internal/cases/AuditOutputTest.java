package org.sallyport.gateway.internal.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

@DisplayName("Audit output")
class AuditOutputTest {
    @ParameterizedTest
    @DisplayName("is compared by its last entry")
    @CsvSource(delimiter = '|', textBlock = """
                    json           | {"a":1}              | {"a":0}~{"a":1,"b":2}~          | true
                    json           | {"a":1}              | {"a":1}~no json~                | false
                    json           | {"a":1}              | {"a":2}~                        | false
                    csv            | {"x":"1,2"}          | x,y~"1,2",3~                    | true
                    csv            | {"x":"a\\"b"}        | x,y~"a""b",3~                   | true
                    csv            | {"z":"1"}            | x,y~1,2~                        | false
                    csv            | {"x":"1"}            | x,y~                            | false
                    csv_starts     | {"x":"'"}            | x,y~'=1,2~                      | true
                    line           | "{{utc}} - A"        | 2026-01-01 00:00:00 UTC - A~    | true
                    line           | "A"                  | B~                              | false
                    lines          | 2                    | a~b~                            | true
                    lines          | ["a","b"]            | a~b~                            | true
                    lines          | ["a"]                | a~b~                            | false
                    physical_lines | 2                    | x~"a\\nb"~                      | true
                    physical_lines | 1                    | a~b~                            | false
                    max_line       | 3                    | abc~                            | true
                    max_line       | 2                    | abc~                            | false
                    """)
    void compared(String field, String expected, String log, boolean fits) throws JsonException {
        Case recorded = new Case(1, "c", "", Document.EMPTY_ARRAY, Document.EMPTY_OBJECT, Document.EMPTY_OBJECT, true);
        AuditOutput audit = new AuditOutput(new Wildcards("/tmp"), recorded, log.replace('~', '\n'));

        assertThat(audit.difference(field, Json.read(expected)).isEmpty()).isEqualTo(fits);
    }

    @ParameterizedTest
    @DisplayName("is read with the delimiter, quote and escape that it was written with")
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
                    {"quote_style":"none"}                                       ~ a\\,b\\"c\\\\d ~ a,b"c\\d
                    {"quote_style":"none","escape_char":"^","delimiter":"|"}     ~ a^|b,c\\       ~ a|b,c\\
                    {"quote_style":"minimal","escape_char":"\\\\"}               ~ a\\nb          ~ a\\nb
                    {"quote_char":"'","delimiter":";"}                           ~ 'a;''b"'       ~ a;'b"
                    {"quote_style":"all"}                                        ~ "a"            ~ a
                    """)
    void formats(String config, String written, String value) throws JsonException {
        Document plugins = Json.read("[{\"config\":{\"csv_config\":" + config + "}}]");
        Case recorded = new Case(1, "c", "", plugins, Document.EMPTY_OBJECT, Document.EMPTY_OBJECT, true);
        AuditOutput audit = new AuditOutput(new Wildcards("/tmp"), recorded, "x\n" + written + "\n");

        assertThat(audit.difference("csv", Document.object("x", Document.of(value))))
                .isEmpty();
    }
}
