package org.sallyport.gateway.internal.cases;

import java.util.Map;
import java.util.Set;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.upstream.ServerNames;

/**
 * Which server a client's request is for, by the {@code server__} that stands before the name of a tool or prompt or the
 * URI of a resource.
 *
 * @param server the server's name; empty for all of them or if there is an error
 * @param params as that server gets them
 * @param broadcast whether it is for all servers
 * @param errorCode 0, or the code of a JSON-RPC error
 * @param problem what is wrong; empty if nothing is
 */
record Route(String server, Document params, boolean broadcast, int errorCode, String problem) {
    /** Between a server's name and what it calls its own. */
    static final String SEPARATOR = "__";

    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;

    private static final Map<String, String> NAMED = Map.of(
            "tools/call", "name",
            "prompts/get", "name",
            "resources/read", "uri",
            "resources/subscribe", "uri",
            "resources/unsubscribe", "uri");

    private static final Set<String> FOR_ALL = Set.of(
            "initialize",
            "ping",
            "logging/setLevel",
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list");

    static Route of(Document message) {
        String method = message.get("method").text("");
        Document params = message.get("params");
        if (NAMED.containsKey(method)) {
            return named(method, params, params, NAMED.get(method), "");
        } else if (method.equals("completion/complete")) {
            Document ref = params.get("ref");
            return named(method, params, ref, ref.has("uri") ? "uri" : "name", "ref");
        } else if (FOR_ALL.contains(method) || method.startsWith("notifications/")) {
            return new Route("", params, true, 0, "");
        }
        return new Route("", params, false, METHOD_NOT_FOUND, "There is no method [" + method + "]");
    }

    private static Route named(String method, Document params, Document holder, String key, String within) {
        String name = holder.get(key).text("");
        int at = name.indexOf(SEPARATOR);
        if (at < 1
                || at + SEPARATOR.length() >= name.length()
                || ServerNames.problem(name.substring(0, at)).isPresent()) {
            return new Route(
                    "",
                    params,
                    false,
                    INVALID_PARAMS,
                    "[" + method + "] needs a '" + key + "' of the form server__" + key);
        }
        Document own = holder.with(key, Document.of(name.substring(at + SEPARATOR.length())));
        return new Route(name.substring(0, at), within.isEmpty() ? own : params.with(within, own), false, 0, "");
    }
}
