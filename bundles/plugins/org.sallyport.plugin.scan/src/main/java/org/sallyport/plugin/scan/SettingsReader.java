package org.sallyport.plugin.scan;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;

/**
 * Reads settings strictly: what is not known is refused, and the message lists the good choices. The schema says the
 * same; this is for hosts that do not read it.
 */
public final class SettingsReader {
    private final Document settings;
    private final String path;

    private SettingsReader(Document settings, String path) {
        this.settings = settings;
        this.path = path;
    }

    /** A reader of settings that may have these members and no others. */
    public static SettingsReader of(Document settings, Collection<String> known) {
        return of(settings, "", known, "setting");
    }

    private static SettingsReader of(Document settings, String path, Collection<String> known, String what) {
        if (!settings.isObject()) {
            throw new SettingsException(path, "[" + path + "] must be an object, not " + settings.kind());
        }
        for (String key : settings.keys()) {
            if (!known.contains(key)) {
                throw new SettingsException(
                        path + "/" + key, "Unsupported " + what + " '" + key + "'; supported are " + known);
            }
        }
        return new SettingsReader(settings, path);
    }

    /** A member that is an object with these members and no others; an empty one if it is absent. */
    public SettingsReader object(String key, Collection<String> known, String what) {
        return of(settings.has(key) ? settings.get(key) : Document.EMPTY_OBJECT, path + "/" + key, known, what);
    }

    /** A member that is one of some words. */
    public String choice(String key, List<String> choices, String otherwise) {
        if (!settings.has(key)) {
            return otherwise;
        }
        String value = settings.get(key).text("");
        if (!choices.contains(value)) {
            throw new SettingsException(
                    path + "/" + key, key + " must be one of " + choices + ", not [" + shown(key) + "]");
        }
        return value;
    }

    /** The {@code action}, a setting of all content plugins. */
    public Action action() {
        return Action.valueOf(choice("action", List.of("block", "redact", "audit_only"), "redact")
                .toUpperCase(Locale.ROOT));
    }

    /** The {@code max_text_length}, a setting of all content plugins: longest single text in characters. */
    public int maxText() {
        return integer("max_text_length", 1 << 10, 1 << 26, 1 << 20);
    }

    /** A member that is true or false. */
    public boolean flag(String key, boolean otherwise) {
        if (!settings.has(key)) {
            return otherwise;
        }
        if (settings.get(key).kind() != Document.Kind.BOOLEAN) {
            throw new SettingsException(path + "/" + key, key + " must be true or false, not [" + shown(key) + "]");
        }
        return settings.get(key).asBoolean(otherwise);
    }

    /** Whether a type in a table of types is on: {@code {"TYPE": {"enabled": true}}}. */
    public boolean enabled(String type, boolean otherwise) {
        return object(type, List.of("enabled"), "setting of '" + type + "'").flag("enabled", otherwise);
    }

    /** A member that is a number within bounds, both allowed. */
    public double number(String key, double least, double most, double otherwise) {
        if (!settings.has(key)) {
            return otherwise;
        }
        BigDecimal value = settings.get(key)
                .numberText()
                .filter(text -> text.length() <= 32)
                .map(BigDecimal::new)
                .orElseThrow(() -> outside(key, least, most));
        if (value.compareTo(BigDecimal.valueOf(least)) < 0 || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw outside(key, least, most);
        }
        return value.doubleValue();
    }

    /** A member that is a whole number within bounds, both allowed. */
    public int integer(String key, int least, int most, int otherwise) {
        double value = number(key, least, most, otherwise);
        if (value != Math.rint(value)) {
            throw new SettingsException(path + "/" + key, key + " must be a whole number, not [" + shown(key) + "]");
        }
        return (int) value;
    }

    private SettingsException outside(String key, double least, double most) {
        return new SettingsException(
                path + "/" + key,
                key + " must be a number from " + plain(least) + " to " + plain(most) + ", not [" + shown(key) + "]");
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private String shown(String key) {
        String text = settings.get(key).toJson();
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
