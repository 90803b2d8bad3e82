package org.sallyport.gateway.internal.cases;

import java.util.Set;
import org.sallyport.api.document.Document;

/**
 * One recorded case, with generated values still as they were written.
 *
 * @param line in its file, from 1
 * @param id unique in its file
 * @param area what it is about
 * @param plugins the chain: an array of objects
 * @param input what is done
 * @param expected what has to come of it
 * @param binding whether missing it counts
 */
record Case(int line, String id, String area, Document plugins, Document input, Document expected, boolean binding) {
    private static final Set<String> MEMBERS =
            Set.of("id", "area", "config", "input", "expected", "deviates", "binding", "note");
    private static final Set<String> INPUTS =
            Set.of("kind", "server", "message", "request", "log", "servers", "upstream", "transport");

    /** @throws IllegalArgumentException if this is no case */
    static Case of(int line, Document json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("a case is an object, not " + json.kind());
        }
        known("member", json, MEMBERS);
        Document input = json.get("input");
        Document expected = json.get("expected");
        if (!json.get("id").isString() || !input.get("kind").isString() || !expected.isObject()) {
            throw new IllegalArgumentException("a case has an 'id', an 'input' with a 'kind', and 'expected'");
        }
        known("input", input, INPUTS);
        known("part of 'config'", json.get("config"), Set.of("plugins"));
        Document plugins = json.at("config", "plugins");
        if (!plugins.isArray() && !plugins.isNull()) {
            throw new IllegalArgumentException("'config.plugins' is an array");
        }
        boolean binding =
                json.get("binding").asBoolean(true) && expected.get("binding").asBoolean(true);
        return new Case(
                line,
                json.get("id").text(""),
                json.get("area").text(""),
                plugins,
                input,
                expected.without("binding"),
                binding);
    }

    private static void known(String what, Document object, Set<String> names) {
        for (String name : object.keys()) {
            // What is not understood cannot be tested: better no answer than a wrong one.
            if (!names.contains(name)) {
                throw new IllegalArgumentException("the " + what + " [" + name + "] is not known");
            }
        }
    }

    String kind() {
        return input.get("kind").text("");
    }
}
