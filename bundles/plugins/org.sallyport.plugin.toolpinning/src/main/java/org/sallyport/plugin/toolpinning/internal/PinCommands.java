package org.sallyport.plugin.toolpinning.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;

/** What operators can do: {@code tool-pinning:list}, {@code diff}, {@code approve} and {@code forget}. */
final class PinCommands {
    /** Stands for each tool of a server that is held. */
    static final String ALL = "*";

    private static final Document SERVER = text("The server's configured name");
    private static final Document TOOL = text("The tool as the server calls it");

    private final PinStore store;

    private PinCommands(PinStore store) {
        this.store = store;
    }

    static List<PluginAction> of(PinStore store) {
        PinCommands commands = new PinCommands(store);
        return List.of(
                new Command(
                        "list",
                        "Lists the tools that are known, and whether they are held",
                        parameters(List.of(), Map.of("server", SERVER)),
                        commands::list),
                new Command(
                        "diff",
                        "Shows how the tools that are held differ from what was approved",
                        parameters(List.of("server"), ordered("server", SERVER, "tool", TOOL)),
                        commands::diff),
                new Command(
                        "approve",
                        "Approves a tool as it is now",
                        parameters(
                                List.of("server", "tool"),
                                ordered(
                                        "server",
                                        SERVER,
                                        "tool",
                                        text("The tool as the server calls it, or " + ALL + " for all that are held"),
                                        "hash",
                                        text("The hash that diff showed, or its beginning; another one is refused"))),
                        commands::approve),
                new Command(
                        "forget",
                        "Forgets a tool, or all tools of a server, as if they had never been seen",
                        parameters(List.of("server"), ordered("server", SERVER, "tool", TOOL)),
                        commands::forget));
    }

    private Document list(Document arguments) {
        String wanted = arguments.get("server").text("");
        List<String> lines = new ArrayList<>();
        for (String server : wanted.isEmpty() ? store.servers() : List.of(wanted)) {
            store.of(server)
                    .all()
                    .forEach((tool, pin) -> lines.add(server + " " + Readable.name(tool) + " "
                            + (pin.held() == null
                                    ? "approved " + pin.approved().sha256()
                                    : "held " + pin.held().sha256())));
        }
        return lines(lines, "No tool is known" + (wanted.isEmpty() ? "" : " of server [" + wanted + "]"));
    }

    private Document diff(Document arguments) {
        String server = arguments.get("server").text("");
        String wanted = arguments.get("tool").text("");
        List<String> lines = new ArrayList<>();
        store.of(server).all().forEach((tool, pin) -> {
            if (pin.held() != null && (wanted.isEmpty() || wanted.equals(tool))) {
                lines.add(Readable.name(tool) + " " + pin.held().sha256()
                        + (pin.approved() == null
                                ? " (new)"
                                : " (approved: " + pin.approved().sha256() + ")"));
                lines.addAll(shown(pin.approved(), pin.held()));
            }
        });
        return lines(lines, "Nothing is held of server [" + server + "]");
    }

    private static List<String> shown(@Nullable Definition approved, Definition held) {
        boolean lost = held.text() == null || approved != null && approved.text() == null;
        return lost
                ? List.of("  (the texts were too long to be kept; look at the tool at its server)")
                : Diff.lines(approved == null ? null : approved.text(), held.text()).stream()
                        .map(line -> "  " + line)
                        .toList();
    }

    private Document approve(Document arguments) {
        String server = arguments.get("server").text("");
        String wanted = arguments.get("tool").text("");
        String hash = arguments.get("hash").text("");
        List<String> lines = new ArrayList<>();
        if (store.of(server).all().isEmpty()) {
            throw notFound("Nothing is known of a server [" + Readable.name(server) + "]; its tools were never listed");
        }
        store.change(server, pins -> {
            // May be run again if somebody else changed the pins meanwhile.
            lines.clear();
            Pins next = pins;
            for (Map.Entry<String, Pin> entry : pins.all().entrySet()) {
                Definition held = entry.getValue().held();
                boolean meant = wanted.equals(ALL) ? hash.isEmpty() : wanted.equals(entry.getKey());
                if (held != null && meant) {
                    if (!held.sha256().startsWith(hash)) {
                        throw new PluginException(
                                "changed_again",
                                "Tool [" + Readable.name(wanted) + "] has the hash [" + held.sha256() + "] now, not ["
                                        + Readable.name(hash) + "]; look at it again");
                    }
                    next = next.approved(entry.getKey());
                    lines.add("Approved " + Readable.name(entry.getKey()) + " " + held.sha256());
                }
            }
            return next;
        });
        if (lines.isEmpty()) {
            throw notFound("Nothing called [" + Readable.name(wanted) + "] is held of server [" + server
                    + "]; 'tool-pinning:diff --server " + server + "' shows what is");
        }
        return lines(lines, "");
    }

    private Document forget(Document arguments) {
        String server = arguments.get("server").text("");
        String tool = arguments.get("tool").text("");
        Pins pins = store.of(server);
        if (tool.isEmpty() ? pins.all().isEmpty() : pins.of(tool) == null) {
            throw notFound("Nothing of that name is known; 'tool-pinning:list' shows what is");
        } else if (tool.isEmpty()) {
            store.forget(server);
        } else {
            store.change(server, now -> now.without(tool));
        }
        return Document.of("Forgot " + (tool.isEmpty() ? "the tools of server " + server : Readable.name(tool)));
    }

    private static PluginException notFound(String message) {
        return new PluginException("not_found", message);
    }

    private static Document lines(List<String> lines, String otherwise) {
        return Document.of(lines.isEmpty() ? otherwise : String.join("\n", lines));
    }

    private static Document text(String description) {
        return Document.object("type", Document.of("string")).with("description", Document.of(description));
    }

    private static Map<String, Document> ordered(Object... namesAndSchemas) {
        Map<String, Document> ordered = new LinkedHashMap<>();
        for (int i = 0; i < namesAndSchemas.length; i += 2) {
            ordered.put((String) namesAndSchemas[i], (Document) namesAndSchemas[i + 1]);
        }
        return ordered;
    }

    private static Document parameters(List<String> required, Map<String, Document> properties) {
        return Document.object("type", Document.of("object"))
                .with("properties", Document.object(properties))
                .with("required", Document.fromJava(required))
                .with("additionalProperties", Document.FALSE);
    }

    private record Command(String name, String description, Document parameters, Function<Document, Document> work)
            implements PluginAction {
        @Override
        public Document run(Document arguments, ActionCall call) {
            return work.apply(arguments);
        }
    }
}
