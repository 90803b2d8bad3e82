package org.sallyport.plugin.secrets.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.plugin.scan.Action;
import org.sallyport.plugin.scan.ContentRules;
import org.sallyport.plugin.scan.SettingsReader;

/**
 * The settings, read.
 *
 * @param action what is done with findings
 * @param types what is looked for, without entropy
 * @param entropy how randomness is weighed; {@code null} if it is not
 * @param maxText longest single text in characters
 * @param scanBase64 whether base64 is decoded
 */
record SecretSettings(
        Action action, Set<SecretType> types, @Nullable EntropyRule entropy, int maxText, boolean scanBase64) {
    private static final int ENCODED_FROM = 12;
    private static final int MAX_MIN_LENGTH = 1 << 20;

    static SecretSettings of(Document settings) {
        SettingsReader reader = SettingsReader.of(
                settings, List.of("action", "secret_types", "entropy_detection", "max_text_length", "scan_base64"));
        Set<SecretType> named = EnumSet.complementOf(EnumSet.of(SecretType.ENTROPY_BASED));
        SettingsReader table = reader.object(
                "secret_types",
                Arrays.stream(SecretType.values())
                        .filter(named::contains)
                        .map(SecretType::key)
                        .toList(),
                "secret type");
        Set<SecretType> types = EnumSet.noneOf(SecretType.class);
        for (SecretType type : named) {
            if (table.enabled(type.key(), type.onByDefault())) {
                types.add(type);
            }
        }
        SettingsReader entropy =
                reader.object("entropy_detection", List.of("enabled", "threshold", "min_length"), "entropy setting");
        EntropyRule rule = new EntropyRule(
                entropy.number("threshold", 4.0, 5.0, 5.0), entropy.integer("min_length", 10, MAX_MIN_LENGTH, 20));
        return new SecretSettings(
                reader.action(),
                types,
                entropy.flag("enabled", false) ? rule : null,
                reader.maxText(),
                reader.flag("scan_base64", false));
    }

    ContentRules rules() {
        return new ContentRules(
                new SecretDetector(types, entropy),
                action,
                maxText,
                scanBase64 ? ENCODED_FROM : 0,
                "secrets",
                "secret_detected",
                "secret_detected");
    }

    String statusText() {
        Set<SecretType> shown = EnumSet.noneOf(SecretType.class);
        shown.addAll(types);
        if (entropy != null) {
            shown.add(SecretType.ENTROPY_BASED);
        }
        if (shown.isEmpty()) {
            return "Looks for nothing: all types are off";
        }
        String verb = switch (action) {
            case BLOCK -> "Blocks ";
            case REDACT -> "Redacts ";
            case AUDIT_ONLY -> "Reports ";
        };
        return verb + String.join(", ", shown.stream().map(SecretType::title).toList());
    }
}
