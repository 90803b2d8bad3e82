package org.sallyport.plugin.interceptor.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.document.Document;

/**
 * An interceptor as its server describes it.
 *
 * @param name its name
 * @param mutates whether it changes messages; else it validates them
 * @param hooks what it looks at
 * @param audits whether what it says has no effect
 * @param failOpen whether a message goes on if it fails
 * @param priority mutators with a lower one come first
 */
record Listed(String name, boolean mutates, List<Hook> hooks, boolean audits, boolean failOpen, long priority) {
    private static final int MAX_NAME = 256;

    /** Messages of these events, in a phase. */
    private record Hook(List<String> events, String phase) {
        boolean covers(String event, String when) {
            return (phase.equals(when) || phase.equals("both"))
                    && events.stream().anyMatch(pattern -> matches(pattern, event));
        }

        private static boolean matches(String pattern, String event) {
            return pattern.equals("*")
                    || pattern.equals(event)
                    || pattern.endsWith("/*") && event.startsWith(pattern.substring(0, pattern.length() - 1));
        }
    }

    /** Reads an element of {@code interceptors}; empty for a type that is not known. */
    static Optional<Listed> of(Document listed) {
        String name = listed.get("name").text("");
        String type = listed.get("type").text("");
        if (name.isEmpty() || name.length() > MAX_NAME || !type.equals("mutation") && !type.equals("validation")) {
            return Optional.empty();
        }
        return Optional.of(new Listed(
                name,
                type.equals("mutation"),
                hooks(listed),
                listed.get("mode").text("").equals("audit"),
                listed.get("failOpen").asBoolean(false),
                priority(listed.get("priorityHint"))));
    }

    /** A number for both phases, or one for each. */
    private static long priority(Document hint) {
        return hint.isObject() ? hint.get("request").asLong(0) : hint.asLong(0);
    }

    /** Drafts of the proposal have one hook, several, or events and a phase beside the name. */
    private static List<Hook> hooks(Document listed) {
        List<Document> all = new ArrayList<>(listed.get("hooks").values());
        if (all.isEmpty()) {
            all.add(listed.has("hook") ? listed.get("hook") : listed);
        }
        return all.stream()
                .map(hook -> new Hook(
                        hook.get("events").values().stream()
                                .map(event -> event.text(""))
                                .toList(),
                        hook.get("phase").text("both")))
                .toList();
    }

    boolean covers(String event, String phase) {
        return hooks.stream().anyMatch(hook -> hook.covers(event, phase));
    }
}
