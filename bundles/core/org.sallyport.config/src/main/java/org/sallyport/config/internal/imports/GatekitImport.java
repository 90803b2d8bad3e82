package org.sallyport.config.internal.imports;

import static org.sallyport.config.internal.imports.ClientImport.escaped;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

/**
 * Reads the YAML configuration of Gatekit 0.1: its upstreams and its plugins. Handlers keep the names they have there;
 * which plugin answers to a name is not decided here. What has no counterpart is noted with its line.
 */
public final class GatekitImport {
    /** Most upstreams and most plugin entries of one file. */
    static final int MAX = 500;

    private static final String GATEWAY = "org.sallyport.gateway";
    private static final String GLOBAL = "_global";
    private static final List<String> PLATFORM_KEYS = List.of("enabled", "critical", "priority");
    private static final Set<String> TYPES = Set.of("security", "middleware", "auditing");

    private final String file;
    private final Json.Located source;
    private final Imported imported;
    private final ServerNames names = new ServerNames();

    /** Our names of servers by theirs. */
    private final Map<String, String> servers = new HashMap<>();

    /** How often a scope had a handler so far, by scope and handler. */
    private final Map<String, Integer> seen = new HashMap<>();

    private int plugins;

    private GatekitImport(String file, Json.Located source) {
        this.file = file;
        this.source = source;
        this.imported = new Imported("the Gatekit configuration [" + file + "]", source);
    }

    /**
     * Reads a file's text.
     *
     * @throws ImportException if it is not YAML, or no such configuration
     */
    public static Imported read(String file, String text) {
        return new GatekitImport(file, Yaml.read(file, text)).imported();
    }

    private Imported imported() {
        Document top = source.document();
        if (!top.get("proxy").isObject() && !top.get("plugins").isObject()) {
            throw new ImportException(file, 1, 1, "There is neither [proxy] nor [plugins] in this file");
        }
        // What the old configuration did is all that the new one is to do.
        imported.put(":sallyport:defaults", Document.FALSE);
        proxy(top.get("proxy"));
        top.get("plugins").members().forEach((type, scopes) -> {
            if (TYPES.contains(type)) {
                scopes.members().forEach((scope, list) -> scope(type, scope, list));
            } else if (!type.startsWith("_")) {
                leftOut("/plugins/" + escaped(type), "plugins." + type);
            }
        });
        for (String key : top.keys()) {
            if (!key.equals("proxy") && !key.equals("plugins") && !key.startsWith("_")) {
                leftOut("/" + escaped(key), key);
            }
        }
        return imported;
    }

    private void leftOut(String pointer, String what) {
        imported.note(pointer, "[" + what + "] was left out: it has no counterpart here");
    }

    private void proxy(Document proxy) {
        Map<String, Document> gateway = new LinkedHashMap<>();
        boolean http = proxy.get("transport").text("stdio").equals("http");
        proxy.members().forEach((key, value) -> {
            switch (key) {
                case "transport" -> {
                    // clients reach this gateway by both transports
                }
                case "upstreams" -> upstreams(value);
                case "http" -> {
                    if (http) {
                        value.get("host").text().ifPresent(host -> gateway.put("host", Document.of(host)));
                        if (value.get("port").numberText().isPresent()) {
                            gateway.put("port", value.get("port"));
                        }
                    } else {
                        leftOut("/proxy/http", "proxy.http");
                    }
                }
                default -> leftOut("/proxy/" + escaped(key), "proxy." + key);
            }
        });
        // There every name has its server's in front, however many servers there are.
        gateway.put("names", Document.of("prefixed"));
        imported.put(GATEWAY, Document.object(gateway));
    }

    private void upstreams(Document upstreams) {
        if (upstreams.size() > MAX) {
            throw refused("/proxy/upstreams", "There are more than [" + MAX + "] upstreams");
        }
        for (int i = 0; i < upstreams.size(); i++) {
            upstream(upstreams.get(i), "/proxy/upstreams/" + i);
        }
    }

    private void upstream(Document upstream, String pointer) {
        String name = upstream.get("name").text("");
        if (name.isEmpty()) {
            throw refused(pointer, "An upstream has no [name]");
        }
        String clean = names.of(name);
        if (servers.put(name, clean) != null) {
            throw refused(pointer, "The upstream [" + name + "] is there twice");
        } else if (!clean.equals(name)) {
            imported.note(pointer, "server [" + name + "] is called [" + clean + "] here");
        }
        Map<String, Document> entry = new LinkedHashMap<>();
        upstream.members().forEach((key, value) -> {
            switch (key) {
                case "name", "transport", "command", "args" -> {
                    // the name is in the key, the words of the command are put together below, the transport shows
                }
                case "url", "cwd" -> value.text().ifPresent(text -> entry.put(key, Document.of(text)));
                default -> leftOut(pointer + "/" + escaped(key), key + "] of server [" + name);
            }
        });
        List<Document> words = new ArrayList<>(words(upstream.get("command"), pointer + "/command"));
        words.addAll(words(upstream.get("args"), pointer + "/args"));
        if (!words.isEmpty()) {
            entry.put("command", Document.array(words));
        } else if (!entry.containsKey("url")) {
            throw refused(pointer, "The upstream [" + name + "] has neither [command] nor [url]");
        }
        imported.put(ClientImport.UPSTREAM + clean, Document.object(entry));
    }

    private List<Document> words(Document value, String pointer) {
        if (value.isString() && !value.text("").isBlank()) {
            imported.note(pointer, "the command was split at its spaces; check it if a word holds one");
            return Stream.of(value.text("").strip().split("\\s+"))
                    .map(Document::of)
                    .toList();
        }
        return value.values().stream()
                .map(word -> Document.of(word.text().or(word::numberText).orElseGet(word::toJson)))
                .toList();
    }

    private void scope(String type, String scope, Document list) {
        String pointer = "/plugins/" + type + "/" + escaped(scope);
        boolean global = scope.equals(GLOBAL);
        if (!global && scope.startsWith("_")) {
            return;
        } else if (!global && !servers.containsKey(scope)) {
            imported.note(pointer, "the plugins of [" + scope + "] were left out: there is no server of that name");
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            plugin(type, global ? "" : servers.get(scope), list.get(i), pointer + "/" + i);
        }
    }

    /** @param server empty for all servers */
    private void plugin(String type, String server, Document entry, String pointer) {
        String handler = entry.get("handler").text("");
        if (++plugins > MAX) {
            throw refused(pointer, "There are more than [" + MAX + "] plugins");
        } else if (handler.isEmpty() || handler.length() > 100 || handler.contains("~") || handler.contains(":")) {
            throw refused(pointer, "The handler [" + handler + "] is no name of a handler");
        }
        int nth = seen.merge(server + "\n" + handler, 1, Integer::sum);
        String key = nth == 1 ? handler : handler + "~" + nth;
        Document placement = Document.object(placement(type, entry, pointer));
        if (server.isEmpty()) {
            Document all = imported.get(key);
            imported.put(key, all.has("servers") ? placement.with("servers", all.get("servers")) : placement);
        } else {
            Document all = imported.get(key);
            Document own = all.get("servers").isObject() ? all.get("servers") : Document.EMPTY_OBJECT;
            imported.put(key, all.with("servers", own.with(server, placement)));
        }
    }

    private Map<String, Document> placement(String type, Document entry, String pointer) {
        Map<String, Document> placement = new LinkedHashMap<>();
        entry.get("config").members().forEach(placement::put);
        if (placement.remove("servers") != null) {
            leftOut(pointer + "/config/servers", "servers");
        }
        for (String key : PLATFORM_KEYS) {
            if (entry.has(key)) {
                placement.put(key, entry.get(key));
            }
        }
        if (type.equals("auditing") && placement.remove("priority") != null) {
            imported.note(
                    pointer, "[priority] was left out: auditing comes after all others, in order of configuration");
        }
        for (String key : entry.keys()) {
            boolean known = key.equals("handler") || key.equals("config") || PLATFORM_KEYS.contains(key);
            if (!known && !key.startsWith("_")) {
                leftOut(pointer + "/" + escaped(key), key);
            }
        }
        return placement;
    }

    private ImportException refused(String pointer, String message) {
        Json.Place place = source.place(pointer);
        return new ImportException(file, place.line(), place.column(), message);
    }
}
