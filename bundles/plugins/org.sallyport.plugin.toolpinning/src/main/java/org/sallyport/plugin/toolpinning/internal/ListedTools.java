package org.sallyport.plugin.toolpinning.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.security.SecurityFilter;

/** Notes what servers list, and takes out what is not approved. */
record ListedTools(PinSettings settings, PinStore store) implements SecurityFilter {
    /** Most names in a decision's metadata. */
    private static final int MAX_TOLD = 20;

    @Override
    public PolicyDecision decide(PolicyCall call) {
        Message message = call.message();
        if (!message.protocol().equals(Message.MCP)) {
            return PolicyDecision.allow();
        }
        String server = call.exchange().server();
        if (message.kind().equals(Message.REQUEST) && message.method().equals("tools/call")) {
            if (!call.replayed()) {
                store.mode(server, settings);
            }
        } else if (message.kind().equals(Message.RESPONSE) && message.method().equals("tools/list")) {
            return listed(server, message.document(), call.replayed());
        }
        return PolicyDecision.allow();
    }

    private PolicyDecision listed(String server, Document response, boolean replayed) {
        Document result = response.get("result");
        List<Document> tools = result.get("tools").values();
        if (!result.get("tools").isArray() || tools.isEmpty()) {
            return PolicyDecision.allow();
        }
        List<Definition> definitions = tools.stream().map(Definition::of).toList();
        Pins known = store.of(server);
        Map<String, Definition> named = byName(tools, definitions, known);
        Pins pins = replayed ? known.seen(named, settings.trusts()) : store.seen(server, named, settings.trusts());
        List<Document> kept = new ArrayList<>(tools.size());
        List<Document> told = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            String name = tools.get(i).get("name").text("");
            Pin pin = pins.of(name);
            // By its own hash, not by its name: a list may hold a name twice.
            if (pin != null && definitions.get(i).isSame(pin.approved())) {
                kept.add(tools.get(i));
            } else if (told.size() < MAX_TOLD) {
                told.add(Document.of(Readable.name(name)));
            }
        }
        int held = tools.size() - kept.size();
        if (held == 0) {
            return PolicyDecision.allow();
        }
        String what = held + " of " + tools.size() + " tools are not as approved";
        PolicyDecision decision = settings.holds()
                ? PolicyDecision.modify(
                        response.with("result", result.with("tools", Document.array(kept))), what, "tools_held")
                : PolicyDecision.allow(what, "tools_changed");
        return decision.withMetadata(Document.object("held_count", Document.of(held))
                .with("total_tools", Document.of(tools.size()))
                .with("tools", Document.array(told)));
    }

    /** Of two with one name the one that is not approved counts. */
    private static Map<String, Definition> byName(List<Document> tools, List<Definition> definitions, Pins pins) {
        Map<String, Definition> listed = new LinkedHashMap<>();
        for (int i = 0; i < tools.size(); i++) {
            String name = tools.get(i).get("name").text("");
            Pin pin = pins.of(name);
            listed.merge(
                    name,
                    definitions.get(i),
                    (one, other) -> pin == null || !other.isSame(pin.approved()) ? other : one);
        }
        return listed;
    }
}
