package org.sallyport.plugin.injection.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sallyport.api.document.Document;
import org.sallyport.plugin.scan.Action;
import org.sallyport.plugin.scan.ContentRules;
import org.sallyport.plugin.scan.SettingsReader;

/**
 * The settings, read.
 *
 * @param action what is done with findings
 * @param sensitivity how much is taken for an injection
 * @param methods what is looked for
 * @param maxText longest single text in characters
 */
record InjectionSettings(Action action, Sensitivity sensitivity, Set<Method> methods, int maxText) {
    /** Shortest run of base64 that is decoded: thirty bytes, about the shortest order to a model. */
    private static final int ENCODED_FROM = 40;

    static InjectionSettings of(Document settings) {
        SettingsReader reader =
                SettingsReader.of(settings, List.of("action", "sensitivity", "detection_methods", "max_text_length"));
        String sensitivity = reader.choice("sensitivity", List.of("relaxed", "standard", "strict"), "standard");
        SettingsReader table = reader.object(
                "detection_methods",
                Arrays.stream(Method.values()).map(Method::key).toList(),
                "detection method");
        Set<Method> methods = EnumSet.noneOf(Method.class);
        for (Method method : Method.values()) {
            if (table.enabled(method.key(), true)) {
                methods.add(method);
            }
        }
        return new InjectionSettings(
                reader.action(), Sensitivity.valueOf(sensitivity.toUpperCase(Locale.ROOT)), methods, reader.maxText());
    }

    ContentRules rules() {
        return new ContentRules(
                new InjectionDetector(methods, sensitivity),
                action,
                maxText,
                ENCODED_FROM,
                "prompt injection",
                "injection_detected",
                "encoded_injection_detected");
    }

    String statusText() {
        if (methods.isEmpty()) {
            return "Looks for nothing: all methods are off";
        }
        String verb = switch (action) {
            case BLOCK -> "Blocks ";
            case REDACT -> "Redacts ";
            case AUDIT_ONLY -> "Reports ";
        };
        return verb + String.join(", ", methods.stream().map(Method::title).toList()) + " ("
                + sensitivity.name().toLowerCase(Locale.ROOT) + ")";
    }
}
