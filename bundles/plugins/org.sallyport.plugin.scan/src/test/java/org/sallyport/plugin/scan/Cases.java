package org.sallyport.plugin.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.testkit.TestCall;
import org.sallyport.testkit.TestJson;
import org.sallyport.testkit.TestSettings;
import org.sallyport.type.security.SecurityPlugin;

/** Runs recorded cases against one plugin, without the gateway. */
public final class Cases {
    private final SecurityPlugin plugin;
    private final List<Document> cases;

    /** Reads the cases: one JSON object a line, beside the test class. */
    public Cases(SecurityPlugin plugin, Class<?> test, String resource) {
        this.plugin = plugin;
        cases = TestJson.lines(test, resource);
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
        Document message = TestJson.expand(one.at("input", "message"));
        PolicyDecision decision = plugin.configure(TestSettings.of(config))
                .decide(TestCall.of(one.at("input", "kind").text(""), message));
        if (expected.get("binding").asBoolean(true)) {
            check(expected, message, decision);
        }
    }

    private boolean isValid(Document config) {
        try {
            plugin.configure(TestSettings.of(config));
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
}
