package org.sallyport.plugin.toolpinning.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.plugin.toolpinning.internal.Fakes.json;

import java.math.BigDecimal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Canonical JSON")
class CanonicalJsonTest {
    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2"
    })
    @DisplayName("has the numbers of RFC 8785, appendix B")
    void numbers(String bits, String expected) {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
        String written = Double.toString(value);

        assertThat(CanonicalJson.number(written)).isEqualTo(expected);
        assertThat(CanonicalJson.number(new BigDecimal(value).toString())).isEqualTo(expected);
    }

    @Test
    @DisplayName("is that of the example in RFC 8785, section 3.2.2 and 3.2.3")
    void example() {
        assertThat(
                        CanonicalJson.of(
                                json(
                                        "{'numbers':[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
                                                + "'string':'\\u20ac$\\u000F\\u000aA\\u0027\\u0042\\u0022\\u005c\\\\\\\"\\/','literals':[null,true,false]}")))
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    @DisplayName("sorts members by UTF-16 code units")
    void sorts() {
        assertThat(
                        CanonicalJson.of(
                                json(
                                        "{'\\u20ac':'Euro','\\r':'CR','\\ufb33':'Dalet','1':'One','\\ud83d\\ude00':'Smile','\\u0080':'Control','\\u00f6':'o'}")))
                .isEqualTo(
                        "{\"\\r\":\"CR\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"o\",\"\u20ac\":\"Euro\",\"\ud83d\ude00\":\"Smile\",\"\ufb33\":\"Dalet\"}");
    }

    @Test
    @DisplayName("has a text of its own even for what the RFC refuses")
    void refused() {
        assertThat(CanonicalJson.of(json("[1e400,-1e400,'\\ud800','\\udc00x',{},[]]")))
                .isEqualTo("[1e400,-1e400,\"\\ud800\",\"\\udc00x\",{},[]]");
    }
}
