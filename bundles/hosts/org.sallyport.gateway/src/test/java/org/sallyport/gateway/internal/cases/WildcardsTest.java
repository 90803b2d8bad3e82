package org.sallyport.gateway.internal.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

@DisplayName("An expected value")
class WildcardsTest {
    private final Wildcards wildcards = new Wildcards("/tmp/case");

    @ParameterizedTest
    @DisplayName("with placeholders fits texts of their form and no others")
    @CsvSource(delimiter = '|', textBlock = """
                    to {{EMAIL}}!   | to [EMAIL REDACTED by Sallyport]!  | true
                    to {{EMAIL}}!   | to [PHONE REDACTED by Sallyport]!  | false
                    {{ms}}          | 12ms                               | true
                    {{ms}}          | 0.5 ms                             | true
                    {{ms}}          | N/A                                | false
                    {{iso8601}}     | 2026-11-20T21:00:00.123Z           | true
                    {{iso8601}}     | 2026-11-20 21:00:00                | false
                    {{utc}} - x     | 2026-11-20 21:00:00 UTC - x        | true
                    {{utc}} - x     | 2026-11-20T21:00:00Z - x           | true
                    {{utc}} - x     | yesterday - x                      | false
                    {{tmp}}/a       | /tmp/case/a                        | true
                    a.c             | abc                                | false
                    {{unknown}}     | {{unknown}}                        | true
                    """)
    void texts(String expected, String actual, boolean fits) {
        assertThat(wildcards.matches(expected, actual)).isEqualTo(fits);
    }

    @ParameterizedTest
    @DisplayName("fits documents by value, as a whole or in part")
    @CsvSource(delimiter = '|', textBlock = """
                    {'a':1,'b':[2]}  | {'b':[2.0],'a':1}        | true  | true
                    {'a':1}          | {'a':1,'b':2}            | false | true
                    {'a':{'b':1}}    | {'a':{'b':1,'c':2}}      | false | true
                    {'a':null}       | {}                       | false | true
                    {'a':1}          | {'a':'1'}                | false | false
                    [1,2]            | [2,1]                    | false | false
                    {'a':'{{ms}}'}   | {'a':3.5}                | true  | true
                    """)
    void documents(String expected, String actual, boolean whole, boolean part) throws JsonException {
        var wanted = Json.read(expected.replace('\'', '"'));
        var value = Json.read(actual.replace('\'', '"'));

        assertThat(wildcards.matches(wanted, value)).isEqualTo(whole);
        assertThat(wildcards.contains(wanted, value)).isEqualTo(part);
    }

    @Test
    @DisplayName("of a configuration gets the case's folder")
    void folder() {
        assertThat(wildcards.inConfiguration("{{tmp}}/audit.log")).isEqualTo("/tmp/case/audit.log");
    }
}
