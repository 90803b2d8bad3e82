package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;

/** Lists in results, and the {@code server__} before the names in them. */
final class Names {
    private static final Map<String, String> LISTS =
            Map.of("tools", "name", "prompts", "name", "resources", "uri", "resourceTemplates", "uriTemplate");

    private Names() {}

    /** The member of a result that is a list of named things; empty if there is none. */
    static String list(Document result) {
        return LISTS.keySet().stream()
                .filter(list -> result.get(list).isArray())
                .findFirst()
                .orElse("");
    }

    /** The names in a list of a result, in order. */
    static List<Document> in(Document result) {
        String list = list(result);
        return list.isEmpty()
                ? List.of()
                : result.get(list).values().stream()
                        .map(item -> item.get(LISTS.get(list)))
                        .toList();
    }

    /** The entries of a list by the server before their name, without it; those without one under the empty name. */
    static Map<String, List<Document>> byServer(Document result) {
        String list = list(result);
        Map<String, List<Document>> groups = new LinkedHashMap<>();
        for (Document item : result.get(list).values()) {
            String name = item.get(LISTS.get(list)).text("");
            int at = Math.max(0, name.indexOf(Route.SEPARATOR));
            Document own = at == 0
                    ? item
                    : item.with(LISTS.get(list), Document.of(name.substring(at + Route.SEPARATOR.length())));
            groups.computeIfAbsent(name.substring(0, at), key -> new ArrayList<>())
                    .add(own);
        }
        return groups;
    }

    /** The entries of a list as clients see them. */
    static List<Document> qualified(String server, Document result) {
        String list = list(result);
        if (list.isEmpty() || server.isEmpty()) {
            return result.get(list).values();
        }
        String key = LISTS.get(list);
        return result.get(list).values().stream()
                .map(item -> item.with(
                        key,
                        Document.of(server + Route.SEPARATOR + item.get(key).text(""))))
                .toList();
    }
}
