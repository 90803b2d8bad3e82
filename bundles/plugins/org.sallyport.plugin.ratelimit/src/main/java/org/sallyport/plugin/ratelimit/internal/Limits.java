package org.sallyport.plugin.ratelimit.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;

/**
 * The settings, read. Immutable.
 *
 * @param blocks whether a request beyond a limit is blocked, or only reported
 * @param all the limits
 */
record Limits(boolean blocks, List<Limit> all) {
    /** @throws SettingsException if the settings make no sense */
    static Limits of(Document settings) {
        List<Limit> limits = new ArrayList<>();
        List<Document> entries = settings.get("limits").values();
        for (int i = 0; i < entries.size(); i++) {
            Document entry = entries.get(i);
            String path = "/limits/" + i;
            long requests = number(entry, "requests", path, 1_000_000);
            long burst = entry.has("burst") ? number(entry, "burst", path, 1_000_000) : requests;
            limits.add(new Limit(
                    requests,
                    number(entry, "seconds", path, 86_400),
                    burst,
                    entry.has("by") ? by(entry.get("by"), path) : Set.of("principal"),
                    entry.has("methods") ? Globs.of(texts(entry.get("methods"))) : Globs.of(List.of("tools/call")),
                    entry.has("tools") ? Globs.of(texts(entry.get("tools"))) : Globs.ANY));
        }
        if (limits.isEmpty()) {
            throw new SettingsException(
                    "/limits", "'limits' must be a list of limits such as {\"requests\": 60, \"seconds\": 60}");
        }
        return new Limits(!settings.get("action").text("block").equals("audit_only"), List.copyOf(limits));
    }

    private static long number(Document entry, String key, String path, long most) {
        long value = entry.get(key).asLong(0);
        if (value < 1 || value > most) {
            throw new SettingsException(path + "/" + key, "'" + key + "' must be a whole number from 1 to " + most);
        }
        return value;
    }

    private static Set<String> by(Document value, String path) {
        Set<String> parts = new LinkedHashSet<>(texts(value));
        if (!Limit.PARTS.containsAll(parts)) {
            throw new SettingsException(path + "/by", "'by' must be of " + Limit.PARTS);
        }
        return parts;
    }

    private static List<String> texts(Document value) {
        return value.values().stream().map(text -> text.text("")).toList();
    }
}
