package org.sallyport.permission.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;

/**
 * What operators decided of one plugin. Immutable.
 *
 * @param serving the main version that was in service last: what was decided of it holds for a next one that nobody decided of yet
 * @param versions by version, the youngest decision last
 * @param history the last {@value #MAX_HISTORY} steps, oldest first
 */
record Decisions(String serving, Map<String, Decision> versions, List<Step> history) {
    static final int MAX_VERSIONS = 50;
    static final int MAX_HISTORY = 100;
    static final Decisions NONE = new Decisions("", Map.of(), List.of());

    Decisions {
        versions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(versions));
        history = List.copyOf(history);
    }

    /**
     * One step.
     *
     * @param at when
     * @param act {@code grant}, {@code revoke} or {@code carry}
     * @param how by which way
     */
    record Step(String at, String act, String version, List<String> permissions, String how) {}

    /** What holds for a version. */
    Decision of(String version) {
        Decision own = versions.get(version);
        return own != null ? own : versions.getOrDefault(serving, Decision.NONE);
    }

    /** With another decision of a version, and the step that led to it. */
    Decisions with(String version, Decision decision, Step step) {
        Map<String, Decision> next = new LinkedHashMap<>(versions);
        next.remove(version);
        next.put(version, decision);
        if (next.size() > MAX_VERSIONS) {
            next.remove(next.keySet().stream()
                    .filter(one -> !one.equals(serving))
                    .findFirst()
                    .orElseThrow());
        }
        List<Step> steps = new ArrayList<>(history);
        steps.add(step);
        return new Decisions(serving, next, steps.subList(Math.max(0, steps.size() - MAX_HISTORY), steps.size()));
    }

    Decisions serving(String version) {
        return new Decisions(version, versions, history);
    }

    Document toDocument() {
        Map<String, Document> decisions = new LinkedHashMap<>();
        versions.forEach((version, decision) -> decisions.put(version, decision.toDocument()));
        return Document.object("serving", Document.of(serving))
                .with("versions", Document.object(decisions))
                .with(
                        "history",
                        Document.array(history.stream()
                                .map(step -> Document.fromJava(Map.of(
                                        "at", step.at(),
                                        "act", step.act(),
                                        "version", step.version(),
                                        "permissions", step.permissions(),
                                        "how", step.how())))
                                .toList()));
    }

    static Decisions of(Document document) {
        Map<String, Decision> versions = new LinkedHashMap<>();
        document.get("versions").members().forEach((version, one) -> versions.put(version, Decision.of(one)));
        return new Decisions(
                document.get("serving").text(""),
                versions,
                document.get("history").values().stream()
                        .map(step -> new Step(
                                step.get("at").text(""),
                                step.get("act").text(""),
                                step.get("version").text(""),
                                step.get("permissions").values().stream()
                                        .map(one -> one.text(""))
                                        .toList(),
                                step.get("how").text("")))
                        .toList());
    }
}
