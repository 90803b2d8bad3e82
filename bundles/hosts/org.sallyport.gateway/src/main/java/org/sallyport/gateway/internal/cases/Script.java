package org.sallyport.gateway.internal.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.policy.PolicyType;

/**
 * A stand-in that does what {@code script.do} says.
 *
 * @param type the plugin type it stands for
 * @param script {@code do} and its arguments
 */
record Script(String type, Document script) implements PolicyType.Member {
    private static final Set<String> ACTIONS = Set.of(
            "allow",
            "block",
            "pass",
            "append",
            "complete",
            "throw",
            "undecided",
            "illegal_block",
            "sleep",
            "block_response",
            "throw_response",
            "throw_log");
    private static final String CODE = "script";

    /** @throws IllegalArgumentException if nobody knows what it should do */
    Script {
        String action = script.get("do").text("");
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException("A script cannot do [" + action + "]; it can "
                    + String.join(", ", ACTIONS.stream().sorted().toList()));
        }
    }

    @Override
    public PolicyDecision decide(PolicyCall call) throws Exception {
        boolean response = call.message().kind().equals(Message.RESPONSE);
        return switch (action()) {
            case "block", "illegal_block" -> PolicyDecision.block(reason(), CODE);
            case "pass", "undecided" -> PolicyDecision.pass();
            case "append" -> append(call.message());
            case "complete" ->
                call.message().kind().equals(Message.REQUEST)
                        ? PolicyDecision.complete(answer(call.message()), reason(), CODE)
                        : neutral();
            case "throw" -> throw new IllegalStateException(reason());
            case "sleep" -> {
                Thread.sleep(Math.max(0, Math.min(60_000, script.get("ms").asLong(1_000))));
                yield neutral();
            }
            case "block_response" -> response ? PolicyDecision.block(reason(), CODE) : neutral();
            case "throw_response" -> {
                if (response) {
                    throw new IllegalStateException(reason());
                }
                yield neutral();
            }
            default -> neutral();
        };
    }

    @Override
    public void observe(PolicyReport report) throws Exception {
        boolean response = report.message().kind().equals(Message.RESPONSE);
        switch (action()) {
            case "throw", "throw_log" -> throw new IllegalStateException(reason());
            case "throw_response" -> {
                if (response) {
                    throw new IllegalStateException(reason());
                }
            }
            case "sleep" ->
                Thread.sleep(Math.max(0, Math.min(60_000, script.get("ms").asLong(1_000))));
            default -> {
                // It looks on.
            }
        }
    }

    private String action() {
        return script.get("do").text("");
    }

    private String reason() {
        return script.get("message").text(script.get("reason").text(action()));
    }

    private PolicyDecision neutral() {
        return type.equals("security") ? PolicyDecision.allow() : PolicyDecision.pass();
    }

    /** Appends to the text {@code v} of params, arguments or result, or to the text blocks of a result. */
    private PolicyDecision append(Message message) {
        Document whole = message.document();
        String part = message.kind().equals(Message.RESPONSE) ? "result" : "params";
        Document changed = appended(whole.get(part));
        return changed.equals(whole.get(part))
                ? neutral()
                : PolicyDecision.modify(whole.with(part, changed), reason(), CODE);
    }

    private Document appended(Document content) {
        String suffix = script.get("suffix").text("");
        if (content.get("v").isString()) {
            return content.with("v", Document.of(content.get("v").text("") + suffix));
        } else if (content.get("arguments").get("v").isString()) {
            return content.with("arguments", appended(content.get("arguments")));
        } else if (content.get("content").isArray()) {
            List<Document> blocks = new ArrayList<>();
            for (Document block : content.get("content").values()) {
                blocks.add(
                        block.get("text").isString()
                                ? block.with(
                                        "text", Document.of(block.get("text").text("") + suffix))
                                : block);
            }
            return content.with("content", Document.array(blocks));
        }
        return content;
    }

    private Document answer(Message request) {
        Document given = script.has("response") ? script.get("response") : script;
        Map<String, Document> answer = new LinkedHashMap<>();
        answer.put("jsonrpc", Document.of("2.0"));
        answer.put("id", request.document().get("id"));
        if (given.has("error")) {
            answer.put("error", given.get("error"));
        } else if (given.has("result")) {
            answer.put("result", given.get("result"));
        } else {
            answer.put("result", given == script ? Document.EMPTY_OBJECT : given);
        }
        return Document.object(answer);
    }
}
