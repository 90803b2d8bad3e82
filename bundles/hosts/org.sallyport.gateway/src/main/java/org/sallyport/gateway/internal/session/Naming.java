package org.sallyport.gateway.internal.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;

/** Names of tools and prompts and URIs of resources, as one of several servers has them and as the client sees them. */
public final class Naming {
    /** Stands between a server's name and what it names. */
    public static final String SEPARATOR = "__";

    /** When names carry their server's name. */
    public enum Mode {
        /** When there are several servers. */
        AUTO,
        /** Always. */
        PREFIXED,
        /** Never; needs a single server. */
        PLAIN
    }

    /**
     * A name taken apart.
     *
     * @param server the server's configured name
     * @param name the name as the server has it
     */
    public record Target(String server, String name) {}

    private Naming() {}

    /** Takes a name apart at the first separator: a server's name has none, a tool's may. */
    public static Optional<Target> split(String name) {
        int at = name.indexOf(SEPARATOR);
        if (at <= 0 || at + SEPARATOR.length() == name.length()) {
            return Optional.empty();
        }
        return Optional.of(new Target(name.substring(0, at), name.substring(at + SEPARATOR.length())));
    }

    /** Where a request names what it is about; empty if it is not about one thing. */
    public static Optional<String[]> place(String method, Document params) {
        return switch (method) {
            case "tools/call", "prompts/get" -> Optional.of(path("params", "name"));
            case "resources/read", "resources/subscribe", "resources/unsubscribe" -> Optional.of(path("params", "uri"));
            case "completion/complete" ->
                Optional.of(path("params", "ref", params.get("ref").has("uri") ? "uri" : "name"));
            default -> Optional.empty();
        };
    }

    private static String[] path(String... names) {
        return names;
    }

    /** What a client wants to be notified of, as far as it is that server's, with names as the server has them. */
    static Document inward(String server, Document wanted) {
        Document uris = wanted.get("resourceSubscriptions");
        if (!uris.isArray()) {
            return wanted.isNull() ? Document.EMPTY_OBJECT : wanted;
        }
        List<Document> own = uris.values().stream()
                .flatMap(uri -> split(uri.text("")).stream())
                .filter(target -> target.server().equals(server))
                .map(target -> Document.of(target.name()))
                .toList();
        return wanted.with("resourceSubscriptions", Document.array(own));
    }

    /** A server's response with names as the client sees them. */
    static Frame outward(String server, String method, Frame response) {
        Document result = response.document().get("result");
        UnaryOperator<Document> prefix = name -> prefixed(server, name);
        Document named = switch (method) {
            case "tools/list" -> each(result, "tools", item -> change(item, "name", prefix));
            case "prompts/list" -> each(result, "prompts", item -> change(item, "name", prefix));
            case "resources/list" -> each(result, "resources", item -> change(item, "uri", prefix));
            case "resources/templates/list" ->
                each(result, "resourceTemplates", item -> change(item, "uriTemplate", prefix));
            case "resources/read" -> each(result, "contents", item -> change(item, "uri", prefix));
            case "tools/call" -> each(result, "content", item -> block(item, prefix));
            case "prompts/get" ->
                each(result, "messages", item -> change(item, "content", content -> block(content, prefix)));
            default -> result;
        };
        return named == result ? response : Frames.with(response, named, "result");
    }

    /** A server's notification with names as the client sees them. */
    static Frame outward(String server, Frame notification) {
        Document uri = notification.document().at("params", "uri");
        boolean names = notification.method().orElse("").equals("notifications/resources/updated") && uri.isString();
        return names ? Frames.with(notification, prefixed(server, uri), "params", "uri") : notification;
    }

    private static Document block(Document content, UnaryOperator<Document> prefix) {
        return switch (content.get("type").text("")) {
            case "resource" -> change(content, "resource", resource -> change(resource, "uri", prefix));
            case "resource_link" -> change(content, "uri", prefix);
            default -> content;
        };
    }

    private static Document prefixed(String server, Document name) {
        return name.text().map(text -> Document.of(server + SEPARATOR + text)).orElse(name);
    }

    private static Document change(Document in, String member, UnaryOperator<Document> change) {
        if (!in.has(member)) {
            return in;
        }
        Document old = in.get(member);
        Document changed = change.apply(old);
        return changed == old ? in : in.with(member, changed);
    }

    private static Document each(Document result, String member, UnaryOperator<Document> change) {
        if (!result.get(member).isArray()) {
            return result;
        }
        List<Document> items = new ArrayList<>(result.get(member).size());
        boolean changed = false;
        for (Document item : result.get(member).values()) {
            Document next = change.apply(item);
            changed |= next != item;
            items.add(next);
        }
        return changed ? result.with(member, Document.array(items)) : result;
    }
}
