package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport.Stage;
import org.sallyport.gateway.internal.rpc.PolicyErrors;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** Compares what came of a case with every field that is expected. A field that nobody knows counts as a difference. */
final class Expectations {
    private static final int MAX_SHOWN = 600;

    private final Wildcards wildcards;
    private final Document expected;
    private final Case recorded;
    private final List<String> differences = new ArrayList<>();

    Expectations(Wildcards wildcards, Document expected, Case recorded) {
        this.wildcards = wildcards;
        this.expected = expected;
        this.recorded = recorded;
    }

    List<String> differences(Observed observed) {
        AuditOutput audit = new AuditOutput(wildcards, recorded, observed.log());
        for (String field : expected.keys()) {
            Document wanted = expected.get(field);
            try {
                if (AuditOutput.FIELDS.contains(field)) {
                    audit.difference(field, wanted).ifPresent(differences::add);
                } else if (recorded.kind().equals("route")) {
                    route(field, wanted, observed.route().orElseThrow());
                } else if (recorded.kind().equals("gateway")) {
                    gateway(field, wanted, observed);
                } else if (observed.valid() != null) {
                    validity(field, wanted, observed);
                } else {
                    pass(field, wanted, observed, observed.pass().orElseThrow());
                }
            } catch (UnsupportedOperationException e) {
                differences.add(
                        "the expected field [" + field + "] is not known for the kind [" + recorded.kind() + "]");
            }
        }
        return differences;
    }

    private void validity(String field, Document wanted, Observed observed) {
        switch (field) {
            case "valid" -> {
                if (wanted.asBoolean(false) != Boolean.TRUE.equals(observed.valid())) {
                    String why = observed.why().isEmpty() ? "" : ", because " + shown(observed.why());
                    String said =
                            expected.has("why") ? " (" + expected.get("why").text("") + ")" : "";
                    differences.add("expected valid [" + wanted.toJson() + "]" + said + ", was [" + observed.valid()
                            + "]" + why);
                }
            }
            case "why" -> {
                // For people: what is wrong is said in words of our own.
            }
            default -> throw new UnsupportedOperationException(field);
        }
    }

    private void route(String field, Document wanted, Route route) {
        switch (field) {
            case "server" -> same(field, wanted, Document.of(route.server()));
            case "params" -> same(field, wanted, route.params());
            case "broadcast" -> same(field, wanted, Document.of(route.broadcast()));
            case "error" -> part(field, wanted, error(route.errorCode(), route.problem()));
            default -> throw new UnsupportedOperationException(field);
        }
    }

    private void gateway(String field, Document wanted, Observed observed) {
        Document answer = observed.left().orElse(Document.NULL);
        List<Document> calls = observed.calls() == null ? List.of() : observed.calls();
        switch (field) {
            case "answer" -> answer(wanted, answer);
            case "upstream_calls" -> same(field, wanted, Document.of(calls.size()));
            case "upstream_params" ->
                same(
                        field,
                        wanted,
                        calls.isEmpty()
                                ? Document.NULL
                                : calls.get(calls.size() - 1).get("params"));
            case "error" -> part(field, wanted, answer.get("error"));
            case "absent" -> absent(wanted, List.of(answer), observed);
            case "final" -> same(field, wanted, content(answer));
            case "final_names" -> same(field, wanted, Document.array(Names.in(answer.get("result"))));
            case "max_ms" -> atMost(wanted, observed.millis());
            default -> throw new UnsupportedOperationException(field);
        }
    }

    private void answer(Document wanted, Document answer) {
        for (String field : wanted.keys()) {
            Document part = wanted.get(field);
            switch (field) {
                case "id", "result", "jsonrpc" -> same("answer." + field, part, answer.get(field));
                case "result_has" -> part("answer.result", part, answer.get("result"));
                case "error" -> part("answer.error", part, answer.get("error"));
                case "ok" -> {
                    if (answer.has("result") != part.asBoolean(true)) {
                        differs("answer.ok", part, answer);
                    }
                }
                default -> differences.add("the expected field [answer." + field + "] is not known");
            }
        }
    }

    private void pass(String field, Document wanted, Observed observed, PolicyResult pass) {
        Document left = observed.left().orElse(Document.NULL);
        switch (field) {
            case "outcome" -> same(field, wanted, Document.of(observed.outcome().orElse("")));
            case "outcome_in" -> {
                if (!wanted.values().contains(Document.of(observed.outcome().orElse("")))) {
                    differs(field, wanted, Document.of(observed.outcome().orElse("")));
                }
            }
            case "reason_code" -> same(field, wanted, Document.of(reasonCode(pass, observed.stages())));
            case "detected" -> same(field, sorted(wanted), detected(observed.stages()));
            case "final" -> same(field, wanted, content(left));
            case "final_names" -> same(field, wanted, Document.array(Names.in(left.get("result"))));
            case "stages" -> same(field, wanted, stages(observed.stages()));
            case "forwarded" ->
                same(
                        field,
                        wanted,
                        Document.of(pass.proceeds() && pass.report().outcome() != Outcome.COMPLETED_BY_MIDDLEWARE));
            case "error" -> part(field, wanted, error(pass, left));
            case "blocked_at" ->
                same(field, wanted, Document.fromJava(pass.report().blockedAt().orElse(null)));
            case "completed_by" ->
                same(
                        field,
                        wanted,
                        Document.fromJava(pass.report().completedBy().orElse(null)));
            case "content_cleared" ->
                same(
                        field,
                        wanted,
                        Document.of(observed.passes().stream()
                                .anyMatch(each -> each.report().cleared())));
            case "security_evaluated" ->
                same(
                        field,
                        wanted,
                        Document.of(observed.passes().stream()
                                .anyMatch(each -> each.report().securityEvaluated())));
            case "reason" -> same(field, wanted, Document.of(pass.report().reason()));
            case "kept_blocks" -> same(field, wanted, kept(left.at("result", "content")));
            case "appended_block" -> appended(wanted, left.at("result", "content"));
            case "absent" -> absent(wanted, List.of(left, Document.of(pass.reason())), observed);
            case "max_ms" -> atMost(wanted, observed.millis());
            default -> throw new UnsupportedOperationException(field);
        }
    }

    private static String reasonCode(PolicyResult pass, List<Stage> stages) {
        String code = pass.reasonCode();
        for (Stage stage : stages) {
            // A message that went on may still have something to report.
            code = code.isEmpty() || code.equals("none") ? stage.reasonCode() : code;
        }
        return code;
    }

    private static Document detected(List<Stage> stages) {
        TreeSet<String> names = new TreeSet<>();
        for (Stage stage : stages) {
            for (Document hit : stage.metadata().get("detected").values()) {
                names.add(hit.isObject() ? hit.get("type").text("") : hit.text(hit.toJson()));
            }
        }
        return Document.array(names.stream().map(Document::of).toList());
    }

    private static Document sorted(Document names) {
        return Document.array(names.values().stream()
                .map(name -> name.text(""))
                .sorted()
                .map(Document::of)
                .toList());
    }

    private static Document stages(List<Stage> stages) {
        return Document.array(stages.stream()
                .map(stage -> Document.array(
                        Document.of(stage.instance()),
                        Document.of(stage.outcome().wireName())))
                .toList());
    }

    /** What a message is about, without its envelope. */
    private static Document content(Document message) {
        return message.has("result")
                ? message.get("result")
                : message.has("error") ? message.get("error") : message.get("params");
    }

    private static Document error(PolicyResult pass, Document left) {
        if (pass.proceeds()) {
            return left.get("error");
        }
        RpcError stands = PolicyErrors.of(pass);
        return error(stands.code(), stands.message());
    }

    private static Document error(int code, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        return Document.fromJava(error);
    }

    private static Document kept(Document blocks) {
        List<Document> all = blocks.values();
        return Document.array(all.subList(0, Math.max(0, all.size() - 1)));
    }

    private void appended(Document wanted, Document blocks) {
        Document last = blocks.get(Math.max(0, blocks.size() - 1));
        for (String field : wanted.keys()) {
            if (field.equals("fields")) {
                same(
                        "appended_block.fields",
                        wanted.get(field),
                        fields(last.get("text").text("")));
            } else {
                same("appended_block." + field, wanted.get(field), last.get(field));
            }
        }
    }

    /** The lines {@code Name: value} of a text, whatever marks stand around the name; lines without a value are left out. */
    private static Document fields(String text) {
        Map<String, Document> fields = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            String name = colon < 0
                    ? ""
                    : line.substring(0, colon).replaceAll("[^A-Za-z ]", "").strip();
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceAll("^[*`\\s]+|[*`\\s]+$", "");
            if (!name.isEmpty() && !value.isEmpty()) {
                fields.put(name, Document.of(value));
            }
        });
        return Document.object(fields);
    }

    private void absent(Document wanted, List<Document> leaving, Observed observed) {
        List<Document> texts = wanted.isArray() ? wanted.values() : List.of(wanted);
        for (Document text : texts) {
            String forbidden = text.text("");
            if (leaving.stream().anyMatch(each -> holds(each, forbidden))) {
                differences.add("expected [" + shown(forbidden) + "] to be absent, but it leaves");
            }
            String escaped = text.toJson();
            if (observed.log().contains(forbidden)
                    || observed.log().contains(escaped.substring(1, escaped.length() - 1))) {
                differences.add("expected [" + shown(forbidden) + "] to be absent, but it is in the log");
            }
        }
    }

    private static boolean holds(Document value, String text) {
        return value.text("").contains(text)
                || value.numberText().orElse("").contains(text)
                || value.keys().stream().anyMatch(key -> key.contains(text))
                || value.values().stream().anyMatch(inner -> holds(inner, text));
    }

    private void atMost(Document wanted, long millis) {
        if (millis > wanted.asLong(Long.MAX_VALUE)) {
            differs("max_ms", wanted, Document.of(millis));
        }
    }

    private void same(String field, Document wanted, Document actual) {
        if (!wildcards.matches(wanted, actual)) {
            differs(field, wanted, actual);
        }
    }

    private void part(String field, Document wanted, Document actual) {
        if (!wildcards.contains(wanted, actual)) {
            differs(field, wanted, actual);
        }
    }

    private void differs(String field, Document wanted, Document actual) {
        differences.add(
                "expected " + field + " [" + shown(wanted.toJson()) + "], was [" + shown(actual.toJson()) + "]");
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN
                ? text
                : text.substring(0, MAX_SHOWN) + "… (" + text.length() + " characters)";
    }
}
