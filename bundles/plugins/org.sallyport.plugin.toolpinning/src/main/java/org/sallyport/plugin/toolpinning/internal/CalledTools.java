package org.sallyport.plugin.toolpinning.internal;

import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.security.SecurityFilter;

/** Stops calls of tools that are held. */
record CalledTools(PinStore store) implements SecurityFilter {
    @Override
    public PolicyDecision decide(PolicyCall call) {
        Message message = call.message();
        if (!message.method().equals("tools/call")
                || !message.kind().equals(Message.REQUEST)
                || !message.protocol().equals(Message.MCP)) {
            return PolicyDecision.allow();
        }
        String server = call.exchange().server();
        PinSettings settings = store.mode(server);
        if (!settings.holds()) {
            return PolicyDecision.allow();
        }
        String tool = message.document().at("params", "name").text("");
        Pin pin = store.of(server).of(tool);
        if (pin != null && pin.isHeld() && pin.approved() != null) {
            return PolicyDecision.block(
                    "Tool [" + Readable.name(tool) + "] of server [" + server
                            + "] is not what was approved; it is held until an operator approves it",
                    "tool_changed");
        } else if (pin == null ? !settings.trusts() : pin.isHeld()) {
            return PolicyDecision.block(
                    "Tool [" + Readable.name(tool) + "] of server [" + server
                            + "] was never approved; it is held until an operator approves it",
                    "tool_not_approved");
        }
        return PolicyDecision.allow();
    }
}
