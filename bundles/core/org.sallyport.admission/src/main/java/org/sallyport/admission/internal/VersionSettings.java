package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sallyport.api.document.Document;
import org.sallyport.spi.plugin.PluginSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that go with a version: remembered when it is replaced, and back with it. What was configured since for the
 * version that goes counts again as soon as the operator changes it. Thread-safe.
 */
final class VersionSettings {
    /** Most characters, as JSON, that are remembered of a version. */
    static final int MAX = 1 << 18;

    private static final Logger log = LoggerFactory.getLogger(VersionSettings.class);

    private final Supplier<? extends Collection<PluginSettings>> sources;

    VersionSettings(Supplier<? extends Collection<PluginSettings>> sources) {
        this.sources = sources;
    }

    /** What a version in service works with; nothing if none is in service or that is too much. */
    Document inForce(String name) {
        Document settings = merged(source -> source.inForce(name));
        int length = settings.toJson().length();
        if (length > MAX) {
            log.warn(
                    "The settings of plugin [{}] have [{}] characters; more than [{}] are not remembered, so they would not"
                            + " come back with the version",
                    name,
                    length,
                    MAX);
            return Document.EMPTY_OBJECT;
        }
        return settings;
    }

    /** What comes back with a version: pairs, where it had other settings than are configured now. */
    Document carried(Document was) {
        Set<String> instances = was.members().keySet();
        Document now = instances.isEmpty() ? Document.EMPTY_OBJECT : merged(source -> source.configured(instances));
        Map<String, Document> carried = new LinkedHashMap<>();
        was.members().forEach((instance, places) -> {
            Document pairs = pairs(places, now.get(instance));
            if (pairs.size() > 0) {
                carried.put(instance, pairs);
            }
        });
        return Document.object(carried);
    }

    private static Document pairs(Document was, Document now) {
        Map<String, Document> places = new LinkedHashMap<>();
        pair(was.get(PluginSettings.GLOBAL), now.get(PluginSettings.GLOBAL))
                .ifPresent(pair -> places.put(PluginSettings.GLOBAL, pair));
        Map<String, Document> servers = new LinkedHashMap<>();
        was.get(PluginSettings.SERVERS)
                .members()
                .forEach((server, settings) -> pair(
                                settings, now.get(PluginSettings.SERVERS).get(server))
                        .ifPresent(pair -> servers.put(server, pair)));
        if (!servers.isEmpty()) {
            places.put(PluginSettings.SERVERS, Document.object(servers));
        }
        return Document.object(places);
    }

    private static Optional<Document> pair(Document was, Document now) {
        return was.isObject() && now.isObject() && !was.equals(now)
                ? Optional.of(Document.object(Map.of(PluginSettings.WAS, was, PluginSettings.INSTEAD, now)))
                : Optional.empty();
    }

    private Document merged(Function<PluginSettings, Document> question) {
        Map<String, Document> all = new LinkedHashMap<>();
        for (PluginSettings source : sources.get()) {
            question.apply(source).members().forEach(all::putIfAbsent);
        }
        return Document.object(all);
    }

    /** The same for people, a sentence for each place; by the names of the settings alone, as values may be secret. */
    static List<String> sentences(String version, Document carried) {
        List<String> sentences = new ArrayList<>();
        carried.members().forEach((instance, places) -> {
            if (places.has(PluginSettings.GLOBAL)) {
                sentences.add(sentence("[" + instance + "]", version, places.get(PluginSettings.GLOBAL)));
            }
            places.get(PluginSettings.SERVERS)
                    .members()
                    .forEach((server, pair) ->
                            sentences.add(sentence("[" + instance + "] for server [" + server + "]", version, pair)));
        });
        return sentences;
    }

    private static String sentence(String who, String version, Document pair) {
        Document was = pair.get(PluginSettings.WAS);
        Document instead = pair.get(PluginSettings.INSTEAD);
        return who + " has the settings that it had in version [" + version + "]: " + others(was, instead)
                + " in place of " + others(instead, was)
                + ", which is configured now. That counts again as soon as it is changed";
    }

    /** The names of what one says otherwise than the other. */
    private static Set<String> others(Document one, Document than) {
        Set<String> names = new TreeSet<>();
        one.members().forEach((name, value) -> {
            if (!than.has(name) || !than.get(name).equals(value)) {
                names.add(name);
            }
        });
        return names;
    }
}
