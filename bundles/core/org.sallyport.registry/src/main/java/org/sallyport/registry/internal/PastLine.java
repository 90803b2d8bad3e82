package org.sallyport.registry.internal;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.KnownPlugin.Change;
import org.sallyport.spi.registry.KnownPlugin.Statistics;
import org.sallyport.spi.registry.PluginVersion;

/** What outlives a run of one plugin, as one line of JSON. */
final class PastLine {
    /** Most characters of a cause that are kept. */
    static final int MAX_CAUSE = 1_000;

    /** Most versions whose digests are kept: the one that serves, and those that it replaced. */
    static final int MAX_VERSIONS = 20;

    private PastLine() {}

    /**
     * What a line says.
     *
     * @param plugin empty if it was forgotten
     */
    record Read(String id, Optional<KnownPlugin> plugin) {}

    static String forgotten(String id) {
        return Document.object("id", Document.of(id)).toJson();
    }

    static String write(KnownPlugin plugin) {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("id", Document.of(plugin.status().id()));
        members.put("sha256", Document.of(plugin.status().sha256()));
        members.put(
                "versions",
                Document.array(plugin.versions().stream()
                        .limit(MAX_VERSIONS)
                        .map(PastLine::version)
                        .toList()));
        members.put(
                "history",
                Document.array(plugin.history().stream().map(PastLine::change).toList()));
        Statistics statistics = plugin.statistics();
        members.put("loads", Document.of(statistics.loads()));
        members.put("errors", Document.of(statistics.errors()));
        members.put("downloads", Document.of(statistics.downloads()));
        statistics.lastUsed().ifPresent(at -> members.put("lastUsed", Document.of(at.toString())));
        return Document.object(members).toJson();
    }

    private static Document version(PluginVersion version) {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("version", Document.of(version.version().toString()));
        members.put("sha256", Document.of(version.sha256()));
        members.put("origin", Document.of(version.origin()));
        return Document.object(members);
    }

    private static Document change(Change change) {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("at", Document.of(change.at().toString()));
        members.put("version", Document.of(change.version()));
        members.put("state", Document.of(change.state().name()));
        String cause = change.cause();
        members.put("cause", Document.of(cause.length() > MAX_CAUSE ? cause.substring(0, MAX_CAUSE) : cause));
        return Document.object(members);
    }

    /** @throws IOException if it is no such line */
    static Read read(String line) throws IOException {
        try {
            Document root = Json.read(line);
            String id = root.get("id").text().orElseThrow(() -> new IOException("it names no plugin"));
            return new Read(id, root.get("history").isNull() ? Optional.empty() : Optional.of(plugin(id, root)));
        } catch (JsonException | DateTimeException | IllegalArgumentException e) {
            throw new IOException("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static KnownPlugin plugin(String id, Document root) {
        List<Change> history = root.get("history").values().stream()
                .limit(KnownPlugin.MAX_HISTORY)
                .map(one -> new Change(
                        Instant.parse(one.get("at").text("")),
                        one.get("version").text(""),
                        PluginState.valueOf(one.get("state").text("")),
                        one.get("cause").text("")))
                .toList();
        List<PluginVersion> versions = root.get("versions").values().stream()
                .limit(MAX_VERSIONS)
                .map(one -> new PluginVersion(
                        id,
                        Version.parseVersion(one.get("version").text("")),
                        Optional.empty(),
                        one.get("sha256").text(""),
                        one.get("origin").text("")))
                .toList();
        Statistics statistics = new Statistics(
                count(root, "loads"),
                count(root, "errors"),
                count(root, "downloads"),
                root.get("lastUsed").text().map(Instant::parse));
        // Not in service, whatever it was: a start that follows is one more load, and one that fails one more error.
        PluginStatus status = new PluginStatus(
                id,
                "",
                Optional.empty(),
                "",
                PluginState.DISCOVERED,
                "",
                "",
                history.isEmpty() ? Instant.EPOCH : history.get(0).at(),
                root.get("sha256").text(""),
                "",
                List.of());
        return new KnownPlugin(status, versions, history, statistics);
    }

    private static long count(Document root, String name) {
        return Math.max(0, root.get(name).asLong(0));
    }
}
