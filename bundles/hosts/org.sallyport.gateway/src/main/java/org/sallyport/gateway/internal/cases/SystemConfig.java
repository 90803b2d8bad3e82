package org.sallyport.gateway.internal.cases;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.upstream.ServerNames;

/** The rules for the list of servers and for the servers at which plugins stand. */
final class SystemConfig {
    private static final String STDIO = "stdio";
    private static final String HTTP = "http";

    private SystemConfig() {}

    /** What is wrong with the servers; empty if nothing is. */
    static Optional<String> problem(Document servers, Document plugins) {
        if (!servers.isArray() || servers.size() == 0) {
            return Optional.of("at least one server is needed");
        }
        Set<String> names = new HashSet<>();
        for (Document server : servers.values()) {
            Document name = server.isString() ? server : server.get("name");
            Optional<String> problem =
                    name.isString() ? ServerNames.problem(name.text("")) : Optional.of("every server needs a name");
            if (problem.isPresent()) {
                return problem;
            } else if (!names.add(name.text(""))) {
                return Optional.of("server names are unique; [" + name.text("") + "] stands there twice");
            }
            problem = server.isObject() ? connection(name.text(""), server) : Optional.empty();
            if (problem.isPresent()) {
                return problem;
            }
        }
        for (Document plugin : plugins.values()) {
            String server = plugin.get("server").text(Chain.GLOBAL);
            if (!server.equals(Chain.GLOBAL) && !Chain.isNote(server) && !names.contains(server)) {
                // A policy for a server that is misspelt would guard nothing.
                return Optional.of("a plugin stands at the server [" + server + "], which is not configured; there are "
                        + names.stream().sorted().toList());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> connection(String name, Document server) {
        Document command = server.get("command");
        Document url = server.get("url");
        String transport = server.get("transport").text(url.isNull() ? STDIO : HTTP);
        if (server.has("transport") && !server.get("transport").isString()
                || !transport.equals(STDIO) && !transport.equals(HTTP)) {
            return Optional.of("server [" + name + "]: transport is " + STDIO + " or " + HTTP);
        } else if (!command.isNull()
                && (!command.isArray()
                        || command.size() == 0
                        || !command.values().stream().allMatch(Document::isString)
                        || command.get(0).text("").isBlank())) {
            return Optional.of("server [" + name + "]: command is a list of strings, the program first");
        } else if (!url.isNull() && !url.text("").matches("https?://[^/\\s].*")) {
            return Optional.of("server [" + name + "]: url is an http or https URL");
        } else if (command.isNull() == url.isNull()) {
            return Optional.of("server [" + name + "]: exactly one of command and url is needed");
        } else if (url.isNull() == transport.equals(HTTP)) {
            return Optional.of("server [" + name + "]: transport " + STDIO + " needs a command, " + HTTP + " a url");
        }
        return Optional.empty();
    }
}
