package org.sallyport.spi.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.json.Json;

@DisplayName("Settings seen as their definition")
class SettingsViewTest {
    @interface Filter {
        String action() default "redact";

        boolean pii__types_email_enabled() default true;

        long max_length() default 7;

        String with$_$dash() default "d";

        String $class() default "c";

        String cost$$() default "$";

        double ratio() default 0.5;

        TimeUnit unit() default TimeUnit.SECONDS;

        String[] words() default {"a", "b"};

        int[] numbers();

        char quote() default '"';

        String none();

        short small() default 1;

        byte tiny() default 1;

        float part() default 1;

        int port() default 1;
    }

    @interface ServiceRanking {
        String PREFIX_ = "my.";

        int value() default 3;
    }

    @Test
    @DisplayName("have the definition's defaults where they say nothing")
    void defaults() throws Exception {
        Filter filter = view(Filter.class, "{}");

        assertThat(filter.action()).isEqualTo("redact");
        assertThat(filter.pii__types_email_enabled()).isTrue();
        assertThat(filter.unit()).isEqualTo(TimeUnit.SECONDS);
        assertThat(filter.words()).containsExactly("a", "b");
        assertThat(filter.numbers()).isEmpty();
        assertThat(filter.none()).isNull();
    }

    @Test
    @DisplayName("map names as component property types do, a dot being a step into an object")
    void names() throws Exception {
        Filter filter = view(Filter.class, """
                {"pii_types": {"email": {"enabled": false}}, "max": {"length": 9}, "with-dash": "x", "class": "y",
                 "cost$": "z", "words": ["q"], "numbers": [1, 2], "unit": "hours", "quote": "'", "ratio": 1,
                 "small": 3, "tiny": -128, "part": 0.25, "port": 65535}""");

        assertThat(filter.pii__types_email_enabled()).isFalse();
        assertThat(filter.max_length()).isEqualTo(9);
        assertThat(filter.with$_$dash()).isEqualTo("x");
        assertThat(filter.$class()).isEqualTo("y");
        assertThat(filter.cost$$()).isEqualTo("z");
        assertThat(filter.words()).containsExactly("q");
        assertThat(filter.numbers()).containsExactly(1, 2);
        assertThat(filter.unit()).isEqualTo(TimeUnit.HOURS);
        assertThat(filter.quote()).isEqualTo('\'');
        assertThat(filter.ratio()).isEqualTo(1.0);
        assertThat(filter.tiny()).isEqualTo((byte) -128);
        assertThat(filter.part()).isEqualTo(0.25f);
    }

    @Test
    @DisplayName("name a single element after its type, with the prefix")
    void singleElement() throws Exception {
        assertThat(view(ServiceRanking.class, "{\"my\": {\"service\": {\"ranking\": 8}}}")
                        .value())
                .isEqualTo(8);
        assertThat(PropertyNames.ofType("HTTPPort")).isEqualTo("httpport");
    }

    @Test
    @DisplayName("take numbers and words for each other where nothing is lost, and one value for a list of one")
    void conversions() throws Exception {
        Filter filter = view(
                Filter.class,
                "{\"action\": 5, \"max\": {\"length\": \"12\"}, \"numbers\": 4.0,"
                        + "\"pii_types\": {\"email\": {\"enabled\": \"false\"}}}");

        assertThat(filter.action()).isEqualTo("5");
        assertThat(filter.max_length()).isEqualTo(12);
        assertThat(filter.numbers()).containsExactly(4);
        assertThat(filter.pii__types_email_enabled()).isFalse();
    }

    @Test
    @DisplayName("cannot be changed through an array that was given out")
    void immutable() throws Exception {
        Filter filter = view(Filter.class, "{\"words\": [\"a\"]}");
        filter.words()[0] = "changed";

        assertThat(filter.words()).containsExactly("a");
    }

    @Test
    @DisplayName("behave as an annotation should")
    void annotation() throws Exception {
        Filter filter = view(Filter.class, "{}");

        assertThat(((Annotation) filter).annotationType()).isEqualTo(Filter.class);
        assertThat(filter).isEqualTo(filter).isNotEqualTo(view(Filter.class, "{}"));
        assertThat(filter.hashCode()).isEqualTo(filter.hashCode());
        assertThat(filter.toString()).contains("Filter");
    }

    @Nested
    @DisplayName("are refused at once")
    class Refused {
        @Test
        @DisplayName("where a value has no form of the member's type, with its path")
        void types() {
            assertRefused("{\"max\": {\"length\": 1.5}}", "/max/length", "[1.5] is not a whole number");
            assertRefused("{\"max\": {\"length\": 1e30}}", "/max/length", "is not a whole number");
            assertRefused("{\"port\": 2147483648}", "/port", "to [2147483647]");
            assertRefused("{\"tiny\": 128}", "/tiny", "to [127]");
            assertRefused("{\"numbers\": [1, \"x\"]}", "/numbers/1", "[\"x\"] is not a number");
            assertRefused("{\"action\": {}}", "/action", "single value");
            assertRefused("{\"quote\": \"ab\"}", "/quote", "one character");
            assertRefused("{\"ratio\": 1e999}", "/ratio", "a number of that size");
            assertRefused(
                    "{\"pii_types\": {\"email\": {\"enabled\": 1}}}", "/pii_types/email/enabled", "[true] or [false]");
            assertRefused("{\"unit\": \"SECOND\"}", "/unit", "did you mean [SECONDS]?");
        }

        private void assertRefused(String settings, String path, String message) {
            assertThatThrownBy(() -> view(Filter.class, settings))
                    .isInstanceOfSatisfying(SettingsException.class, e -> {
                        assertThat(e.path()).isEqualTo(path);
                        assertThat(e.code()).isEqualTo("invalid_settings");
                    })
                    .hasMessageContaining(message);
        }
    }

    @Test
    @DisplayName("find the name that was meant, within bounds")
    void nearest() {
        var known = java.util.List.of("action", "scan_base64", "priority");

        assertThat(NearestName.of("acton", known)).contains("action");
        assertThat(NearestName.of("scan_bsae64", known)).contains("scan_base64");
        assertThat(NearestName.of("Priority", known)).contains("priority");
        assertThat(NearestName.of("zebra", known)).isEmpty();
        assertThat(NearestName.of("x".repeat(NearestName.MAX_LENGTH + 1), known))
                .isEmpty();
        assertThat(NearestName.distance("ca", "ac")).isEqualTo(1);
    }

    private static <A extends Annotation> A view(Class<A> definition, String settings) throws Exception {
        return new SettingsView("x", Scope.GLOBAL, Json.read(settings)).as(definition);
    }
}
