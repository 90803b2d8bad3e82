package org.sallyport.plugin.toolmanager.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;

/** The tools that are shown, and how. Immutable. */
final class ToolRules {
    /**
     * Most characters of a name that clients see.
     *
     * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/server/tools#tool-names">MCP, tool names</a>
     */
    static final int MAX_DISPLAY_NAME = 128;

    /** What all clients take: MCP has digits in front and dots too, but the models' interfaces do not. */
    private static final Pattern DISPLAY_NAME =
            Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0," + (MAX_DISPLAY_NAME - 1) + "}");

    private final Map<String, Entry> byOriginal;
    private final Map<String, String> originalByShown;

    /**
     * One tool.
     *
     * @param shownAs the name that clients see
     * @param description the description that clients see; empty for the server's own
     */
    private record Entry(String shownAs, Optional<String> description) {}

    private ToolRules(Map<String, Entry> byOriginal) {
        this.byOriginal = byOriginal;
        this.originalByShown = new HashMap<>(byOriginal.size() * 2);
        byOriginal.forEach((original, entry) -> originalByShown.put(entry.shownAs(), original));
    }

    /**
     * Reads the settings.
     *
     * @throws SettingsException if a tool is named twice, or two would be shown under one name
     */
    static ToolRules of(Document settings) {
        Document tools = settings.get("tools");
        if (!tools.isArray()) {
            throw new SettingsException(
                    "/tools", "'tools' must be a list of the tools to show; an empty list hides all of them");
        }
        List<Document> entries = tools.values();
        Set<String> originals = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            String name = checkedName(entries.get(i), "/tools/" + i);
            if (!originals.add(name)) {
                throw new SettingsException("/tools/" + i + "/tool", "Duplicate entry for tool '" + name + "'");
            }
        }
        Map<String, Entry> rules = new LinkedHashMap<>();
        Map<String, String> takenBy = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Document entry = entries.get(i);
            String name = entry.get("tool").text("");
            rules.put(name, new Entry(shownAs(entry, name, originals, takenBy, "/tools/" + i), description(entry, i)));
        }
        return new ToolRules(rules);
    }

    private static String checkedName(Document entry, String path) {
        if (!entry.isObject()) {
            throw new SettingsException(
                    path,
                    "Each tool entry must be an object such as {\"tool\": \"read_file\"}, got "
                            + entry.kind().name().toLowerCase(Locale.ROOT));
        }
        if (!entry.has("tool")) {
            throw new SettingsException(path, "Each tool entry must have a 'tool' field with the tool's name");
        }
        String name = nonEmpty(entry.get("tool"), path + "/tool", "A tool's name");
        if (!name.codePoints().noneMatch(ToolRules::isBlankOrControl)) {
            throw new SettingsException(
                    path + "/tool", "A tool's name has no blanks or control characters, not even around it");
        }
        return name;
    }

    private static boolean isBlankOrControl(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
    }

    private static String shownAs(
            Document entry, String name, Set<String> originals, Map<String, String> takenBy, String path) {
        if (!entry.has("display_name")) {
            return name;
        }
        String at = path + "/display_name";
        String shown = nonEmpty(entry.get("display_name"), at, "A display name");
        if (!DISPLAY_NAME.matcher(shown).matches()) {
            throw new SettingsException(
                    at,
                    "A display name begins with a letter and goes on with letters, digits, '_' and '-', at most "
                            + MAX_DISPLAY_NAME + " characters in all: not every client takes others");
        }
        if (shown.equals(name)) {
            throw new SettingsException(at, "Cannot rename '" + name + "' to itself; leave out 'display_name'");
        }
        if (originals.contains(shown)) {
            throw new SettingsException(
                    at, "Cannot rename '" + name + "' to '" + shown + "': a tool of that name is in the list already");
        }
        String other = takenBy.putIfAbsent(shown, name);
        if (other != null) {
            throw new SettingsException(
                    at,
                    "Cannot rename '" + name + "' to '" + shown + "': '" + other + "' is renamed to '" + shown
                            + "' already");
        }
        return shown;
    }

    private static Optional<String> description(Document entry, int index) {
        if (!entry.has("display_description")) {
            return Optional.empty();
        }
        return Optional.of(entry.get("display_description")
                .text()
                .orElseThrow(() -> new SettingsException(
                        "/tools/" + index + "/display_description", "A display description must be a string")));
    }

    private static String nonEmpty(Document value, String path, String what) {
        return value.text()
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new SettingsException(path, what + " must be a string that is not empty"));
    }

    /** How many tools are shown at most. */
    int shown() {
        return byOriginal.size();
    }

    /** How many have another name. */
    long renamed() {
        return byOriginal.entrySet().stream()
                .filter(rule -> !rule.getKey().equals(rule.getValue().shownAs()))
                .count();
    }

    /** The server's name of a tool that clients see under this one; empty if they see none. */
    Optional<String> original(String shown) {
        return Optional.ofNullable(originalByShown.get(shown));
    }

    /** A tool as clients see it; the same document if nothing about it changes; empty if they do not see it. */
    Optional<Document> view(Document tool) {
        return tool.get("name").text().map(byOriginal::get).map(entry -> {
            // Set only what differs: a document that is equal shall stay the very same one.
            Document named = set(tool, "name", entry.shownAs());
            return entry.description()
                    .map(description -> set(named, "description", description))
                    .orElse(named);
        });
    }

    private static Document set(Document tool, String key, String value) {
        return tool.get(key).text().filter(value::equals).isPresent() ? tool : tool.with(key, Document.of(value));
    }
}
