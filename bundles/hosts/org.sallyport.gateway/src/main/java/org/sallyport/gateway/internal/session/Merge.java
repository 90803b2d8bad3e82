package org.sallyport.gateway.internal.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;

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

    /** By what a client tells the items of a list apart. */
    private static String key(String member) {
        return switch (member) {
            case "resources" -> "uri";
            case "resourceTemplates" -> "uriTemplate";
            default -> "name";
        };
    }

    /**
     * One page of all lists. Of items that a server calls alike the first one counts.
     *
     * @param answers by server's name, names as the client sees them
     * @param missing servers that should have answered and did not, or with an error; gets those the rest of whose list
     *     cannot be asked for, as their cursors are too long
     */
    static Document list(String method, String member, Map<String, Frame> answers, List<String> missing) {
        List<Document> items = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        Map<String, String> next = new LinkedHashMap<>();
        answers.forEach((server, answer) -> {
            Document result = answer.document().get("result");
            for (Document item :
                    result.get(member).isArray() ? result.get(member).values() : List.<Document>of()) {
                if (keys.add(item.get(key(member)).text(""))) {
                    items.add(item);
                }
            }
            result.get("nextCursor").text().ifPresent(cursor -> {
                if (cursor.length() <= Cursors.MAX_PART) {
                    next.put(server, cursor);
                } else {
                    missing.add(server);
                }
            });
        });
        Document result = Document.object(member, Document.array(items));
        Optional<String> cursor = Cursors.join(method, next);
        for (String last :
                next.keySet().stream().sorted(Comparator.reverseOrder()).toList()) {
            if (cursor.isPresent()) {
                break;
            }
            next.remove(last);
            missing.add(last);
            cursor = Cursors.join(method, next);
        }
        return marked(next.isEmpty() ? result : result.with("nextCursor", Document.of(cursor.orElseThrow())), missing);
    }

    /**
     * What several servers say of themselves, as one: what any can do, by the oldest revision that one of them chose. Lists
     * there always are, and they change, as servers come and go.
     */
    static Document initialize(Map<String, Frame> answers, List<String> missing, String asked, String version) {
        Document changes = Document.object("listChanged", Document.TRUE);
        Document capabilities =
                Document.object("tools", changes).with("prompts", changes).with("resources", changes);
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

    /** What several servers say of themselves to a client of the modern era, as one. */
    static Document discover(Map<String, Frame> answers, List<String> missing, String version) {
        Document told = initialize(answers, missing, Modern.REVISION, version);
        Document result = told.without("protocolVersion")
                .without("serverInfo")
                .with("supportedVersions", Document.array(Document.of(Modern.REVISION)));
        Document meta = told.get("_meta").isObject() ? told.get("_meta") : Document.EMPTY_OBJECT;
        return cached(result.with("_meta", meta.with(Modern.SERVER, told.get("serverInfo"))), answers, missing);
    }

    /** A whole result of the modern era that may be kept as long as each of its parts, and not at all if one is missing. */
    static Document cached(Document result, Map<String, Frame> answers, List<String> missing) {
        long ttl = missing.isEmpty() ? Long.MAX_VALUE : 0;
        boolean open = true;
        for (Frame answer : answers.values()) {
            Document part = answer.document().get("result");
            ttl = Math.min(ttl, Math.max(0, part.get("ttlMs").asLong(0)));
            open &= part.get("cacheScope").text("").equals("public");
        }
        return result.with("resultType", Document.of("complete"))
                .with("ttlMs", Document.of(answers.isEmpty() ? 0 : ttl))
                .with("cacheScope", Document.of(open ? "public" : "private"));
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
