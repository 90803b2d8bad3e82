package org.sallyport.config.internal.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * Reads the servers of an MCP client: {@code mcpServers} (Claude Desktop, Claude Code, Cursor, Windsurf and others),
 * {@code servers} or {@code mcp.servers} (VS Code). Each becomes an upstream.
 */
public final class ClientImport {
    /** Most servers of one file. */
    static final int MAX_SERVERS = 200;

    static final String UPSTREAM = "org.sallyport.gateway.upstream~";
    private static final Set<String> CARRIED = Set.of(
            "command",
            "args",
            "env",
            "cwd",
            "url",
            "serverUrl",
            "httpUrl",
            "headers",
            "type",
            "transport",
            "disabled",
            "enabled");

    private final Json.Located source;
    private final Imported imported;
    private final ServerNames names = new ServerNames();

    private ClientImport(String file, Json.Located source) {
        this.source = source;
        this.imported = new Imported("the MCP client configuration [" + file + "]", source);
    }

    /**
     * Reads a file's text; comments and trailing commas are allowed, as VS Code does.
     *
     * @throws ImportException if it is not JSON or has no servers
     */
    public static Imported read(String file, String text) {
        try {
            Json.Located source = Json.readWithComments(text);
            return new ClientImport(file, source).imported(file);
        } catch (JsonException e) {
            throw new ImportException(
                    file, e.place().line(), e.place().column(), "The text is not JSON: " + e.getMessage());
        }
    }

    private Imported imported(String file) {
        Document top = source.document();
        Map<String, Document> blocks = new LinkedHashMap<>();
        for (List<String> way : List.of(List.of("mcpServers"), List.of("servers"), List.of("mcp", "servers"))) {
            Document block = top.at(way.toArray(String[]::new));
            if (block.isObject()) {
                blocks.put("/" + String.join("/", way), block);
            }
        }
        if (blocks.isEmpty()) {
            throw new ImportException(
                    file, 1, 1, "There is no object [mcpServers] (or [servers], as VS Code has it) in this file");
        }
        blocks.forEach((pointer, block) -> {
            if (block.size() > MAX_SERVERS) {
                throw new ImportException(
                        file, source.place(pointer).line(), 1, "There are more than [" + MAX_SERVERS + "] servers");
            }
            block.members().forEach((name, server) -> server(name, server, pointer + "/" + escaped(name)));
        });
        if (top.get("projects").isObject()) {
            imported.note("/projects", "servers of single projects are not imported; take them from their own files");
        }
        if (source.document().toJson().contains("${")) {
            imported.note("", "values such as ${...} are filled in by the client and stand here as they are");
        }
        return imported;
    }

    private void server(String name, Document server, String pointer) {
        if (!server.isObject()) {
            imported.note(pointer, "server [" + name + "] was left out: it is no object");
            return;
        } else if (server.get("disabled").asBoolean(false)
                || !server.get("enabled").asBoolean(true)) {
            imported.note(pointer, "server [" + name + "] was left out: it is disabled");
            return;
        }
        Map<String, Document> upstream = new LinkedHashMap<>();
        command(server, upstream, pointer);
        String url = server.get("url")
                .text(server.get("serverUrl").text(server.get("httpUrl").text("")));
        if (upstream.isEmpty() && url.isEmpty()) {
            imported.note(pointer, "server [" + name + "] was left out: it has neither [command] nor [url]");
            return;
        } else if (upstream.isEmpty()) {
            upstream.put("url", Document.of(url));
            pairs(server.get("headers"), ": ", "headers", upstream, pointer);
        }
        String transport = server.get("type").text(server.get("transport").text(""));
        if (transport.equals("sse")) {
            imported.note(
                    pointer,
                    "server [" + name + "] speaks the old HTTP+SSE transport; Streamable HTTP is what is spoken to it");
        }
        server.keys().stream()
                .filter(key -> !CARRIED.contains(key))
                .forEach(key -> imported.note(
                        pointer + "/" + escaped(key), "[" + key + "] of server [" + name + "] was left out"));
        String clean = names.of(name);
        if (!clean.equals(name)) {
            imported.note(pointer, "server [" + name + "] is called [" + clean + "] here");
        }
        imported.put(UPSTREAM + clean, Document.object(upstream));
    }

    private void command(Document server, Map<String, Document> upstream, String pointer) {
        Document command = server.get("command");
        List<Document> words = new ArrayList<>(command.isArray() ? command.values() : List.of(command));
        words.addAll(server.get("args").values());
        words.removeIf(word -> word.text("").isEmpty() && word.numberText().isEmpty());
        if (command.isNull() || words.isEmpty()) {
            return;
        }
        upstream.put(
                "command",
                Document.array(words.stream()
                        .map(word ->
                                Document.of(word.text().or(word::numberText).orElse("")))
                        .toList()));
        pairs(server.get("env"), "=", "env", upstream, pointer);
        server.get("cwd").text().ifPresent(cwd -> upstream.put("cwd", Document.of(cwd)));
    }

    private void pairs(Document values, String between, String name, Map<String, Document> upstream, String pointer) {
        List<Document> pairs = new ArrayList<>();
        values.members().forEach((key, value) -> {
            String text = value.text().or(value::numberText).orElse(value.isNull() ? "" : value.toJson());
            boolean line = (key + text).chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0);
            if (line && name.equals("headers") || key.isEmpty() || key.contains("=") && name.equals("env")) {
                imported.note(
                        pointer + "/" + name + "/" + escaped(key),
                        "[" + key + "] of [" + name + "] was left out: it cannot be one");
            } else {
                pairs.add(Document.of(key + between + text));
            }
        });
        if (!pairs.isEmpty()) {
            upstream.put(name, Document.array(pairs));
        }
    }

    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
