package org.sallyport.plugin.pii.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.sallyport.api.document.Document;
import org.sallyport.plugin.scan.Action;
import org.sallyport.plugin.scan.ContentRules;
import org.sallyport.plugin.scan.SettingsReader;

/**
 * The settings, read.
 *
 * @param action what is done with findings
 * @param types what is looked for
 * @param maxText longest single text in characters
 * @param scanBase64 whether base64 is decoded
 */
record PiiSettings(Action action, Set<PiiType> types, int maxText, boolean scanBase64) {
    /** Shortest run of base64 that is decoded: nine bytes, less than any address or number worth hiding. */
    private static final int ENCODED_FROM = 12;

    static PiiSettings of(Document settings) {
        SettingsReader reader =
                SettingsReader.of(settings, List.of("action", "pii_types", "max_text_length", "scan_base64"));
        List<String> names = Arrays.stream(PiiType.values()).map(PiiType::key).toList();
        SettingsReader table = reader.object("pii_types", names, "PII type");
        Set<PiiType> types = EnumSet.noneOf(PiiType.class);
        for (PiiType type : PiiType.values()) {
            if (table.enabled(type.key(), true)) {
                types.add(type);
            }
        }
        return new PiiSettings(reader.action(), types, reader.maxText(), reader.flag("scan_base64", false));
    }

    ContentRules rules() {
        return new ContentRules(
                new PiiDetector(types),
                action,
                maxText,
                scanBase64 ? ENCODED_FROM : 0,
                "personal data",
                "pii_detected",
                "pii_detected");
    }

    String statusText() {
        if (types.isEmpty()) {
            return "Looks for nothing: all types are off";
        }
        String verb = switch (action) {
            case BLOCK -> "Blocks ";
            case REDACT -> "Redacts ";
            case AUDIT_ONLY -> "Reports ";
        };
        return verb + String.join(", ", types.stream().map(PiiType::title).toList());
    }
}
