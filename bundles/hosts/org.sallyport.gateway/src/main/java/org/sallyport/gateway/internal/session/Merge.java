package org.sallyport.gateway.internal.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;

/** Makes one answer of several servers' answers. */
final class Merge {
    /** In {@code _meta}: the servers whose part is missing. */
    static final String MISSING = "org.sallyport/missing-servers";

    private static final String OLDEST = "2024-11-05";

    private Merge() {}

    /** The member of a list's result that holds the items; empty if the method is no list. */
    static Optional<String> listOf(String method) {
        return switch (method) {
            case "tools/list" -> Optional.of("tools");
            case "prompts/list" -> Optional.of("prompts");
            case "resources/list" -> Optional.of("resources");
            case "resources/templates/list" -> Optional.of("resourceTemplates");
            default -> Optional.empty();
        };
    }

    /**
     * One page of all lists.
     *
     * @param answers by server's name, names as the client sees them
     * @param missing servers that should have answered and did not, or with an error
     */
    static Document list(String member, Map<String, Frame> answers, List<String> missing) {
        List<Document> items = new ArrayList<>();
        Map<String, String> next = new LinkedHashMap<>();
        answers.forEach((server, answer) -> {
            Document result = answer.document().get("result");
            items.addAll(result.get(member).isArray() ? result.get(member).values() : List.of());
            result.get("nextCursor").text().ifPresent(cursor -> next.put(server, cursor));
        });
        Document result = Document.object(member, Document.array(items));
        if (!next.isEmpty()) {
            result = result.with("nextCursor", Document.of(Cursors.join(next)));
        }
        return marked(result, missing);
    }

    /** What several servers say of themselves, as one: what any can do, by the oldest revision that one of them chose. */
    static Document initialize(Map<String, Frame> answers, List<String> missing, String asked, String version) {
        Document capabilities = Document.EMPTY_OBJECT;
        StringBuilder instructions = new StringBuilder();
        String revision = "";
        for (Map.Entry<String, Frame> entry : answers.entrySet()) {
            Document result = entry.getValue().document().get("result");
            capabilities = union(capabilities, result.get("capabilities"));
            String chosen = result.get("protocolVersion").text(OLDEST);
            revision = revision.isEmpty() || chosen.compareTo(revision) < 0 ? chosen : revision;
            result.get("instructions")
                    .text()
                    .ifPresent(text -> instructions
                            .append(instructions.length() == 0 ? "" : "\n\n")
                            .append('[')
                            .append(entry.getKey())
                            .append("] ")
                            .append(text));
        }
        Document result = Document.object("protocolVersion", Document.of(revision.isEmpty() ? asked : revision))
                .with("capabilities", capabilities)
                .with(
                        "serverInfo",
                        Document.object("name", Document.of("sallyport"))
                                .with("title", Document.of("Sallyport"))
                                .with("version", Document.of(version)));
        if (instructions.length() > 0) {
            result = result.with("instructions", Document.of(instructions.toString()));
        }
        return marked(result, missing);
    }

    private static Document union(Document one, Document other) {
        if (!one.isObject() || !other.isObject()) {
            return one.asBoolean(false) || other.isNull() ? one : other;
        }
        Document all = one;
        for (Map.Entry<String, Document> member : other.members().entrySet()) {
            String name = member.getKey();
            all = all.with(name, one.has(name) ? union(one.get(name), member.getValue()) : member.getValue());
        }
        return all;
    }

    private static Document marked(Document result, List<String> missing) {
        if (missing.isEmpty()) {
            return result;
        }
        List<Document> names = missing.stream().map(Document::of).toList();
        return result.with("_meta", Document.object(MISSING, Document.array(names)));
    }
}
