package org.sallyport.plugin.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.type.security.SecurityPlugin;

/** Runs recorded cases against one plugin, without the gateway. */
public final class Cases {
    private final SecurityPlugin plugin;
    private final List<Document> cases = new ArrayList<>();

    /** Reads the cases: one JSON object a line, beside the test class. */
    public Cases(SecurityPlugin plugin, Class<?> test, String resource) {
        this.plugin = plugin;
        try (InputStream in = test.getResourceAsStream(resource)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                cases.add(Json.read(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalStateException("The cases in [" + resource + "] are not JSON lines", e);
        }
    }

    /** One test a case. */
    public Stream<DynamicTest> tests() {
        return cases.stream().map(one -> DynamicTest.dynamicTest(one.get("id").text(""), () -> run(one)));
    }

    private void run(Document one) throws Exception {
        Document expected = one.get("expected");
        Document config = one.at("config", "plugins").get(0).get("config");
        for (String platformKey : List.of("enabled", "critical", "priority")) {
            config = config.without(platformKey);
        }
        if (one.at("input", "kind").text("").equals("plugin_config")) {
            assertThat(isValid(config)).isEqualTo(expected.get("valid").asBoolean(true));
            return;
        }
        Document message = generated(one.at("input", "message"));
        PolicyDecision decision = plugin.configure(new FakeSettings(config))
                .decide(new FakeCall(message, one.at("input", "kind").text("")));
        if (expected.get("binding").asBoolean(true)) {
            check(expected, message, decision);
        }
    }

    private boolean isValid(Document config) {
        try {
            plugin.configure(new FakeSettings(config));
            return true;
        } catch (SettingsException e) {
            return false;
        }
    }

    private static void check(Document expected, Document message, PolicyDecision decision) {
        String outcome = outcome(decision);
        if (expected.has("outcome_in")) {
            assertThat(expected.get("outcome_in").toJson()).contains('"' + outcome + '"');
        } else {
            assertThat(outcome).isEqualTo(expected.get("outcome").text(""));
        }
        if (expected.has("reason_code")) {
            assertThat(decision.reasonCode())
                    .isEqualTo(expected.get("reason_code").text(""));
        }
        if (expected.has("detected")) {
            Document detected = decision.metadata().get("detected");
            assertThat(detected.isNull() ? Document.EMPTY_ARRAY : detected).isEqualTo(expected.get("detected"));
        }
        Document result = decision.message().orElse(outcome.equals("blocked") ? Document.NULL : message);
        for (Document absent : expected.get("absent").values()) {
            assertThat(result.toJson()).doesNotContain(absent.text(""));
        }
        if (expected.has("final")) {
            Document body = result.has("params") ? result.get("params") : result.get("result");
            assertThat(body).isEqualTo(expected.get("final").mapText(Cases::placeholders));
        }
        assertThat(result.isNull() ? message.get("id") : result.get("id")).isEqualTo(message.get("id"));
    }

    private static String outcome(PolicyDecision decision) {
        return switch (decision.kind()) {
            case ALLOW -> "allowed";
            case BLOCK -> "blocked";
            case MODIFY -> "modified";
            default -> "illegal";
        };
    }

    private static String placeholders(String text) {
        return text.replaceAll("\\{\\{([A-Z_]+)}}", "[$1 REDACTED by Sallyport]");
    }

    /** Replaces {@code $repeat} and {@code $concat} by the values they stand for. */
    static Document generated(Document value) {
        if (value.has("$repeat")) {
            Document repeat = value.get("$repeat");
            return Document.of(
                    generated(repeat.get(0)).text("").repeat((int) repeat.get(1).asLong(0)));
        } else if (value.has("$concat")) {
            StringBuilder text = new StringBuilder();
            value.get("$concat")
                    .values()
                    .forEach(part -> text.append(generated(part).text("")));
            return Document.of(text.toString());
        } else if (value.isObject()) {
            Map<String, Document> members = new LinkedHashMap<>();
            value.members().forEach((key, member) -> members.put(key, generated(member)));
            return Document.object(members);
        } else if (value.isArray()) {
            return Document.array(value.values().stream().map(Cases::generated).toList());
        }
        return value;
    }
}
