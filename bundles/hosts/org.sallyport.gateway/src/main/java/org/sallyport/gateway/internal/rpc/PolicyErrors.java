package org.sallyport.gateway.internal.rpc;

import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyReport;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** What the sender of a message is told that the policy chain stopped. */
public final class PolicyErrors {
    private PolicyErrors() {}

    /**
     * The error that stands in for the message.
     *
     * @param stopped of a pass after which the message does not go on
     */
    public static RpcError of(PolicyResult stopped) {
        PolicyReport report = stopped.report();
        String plugin = report.blockedAt().orElse("");
        Document data =
                Document.object("reasonCode", Document.of(stopped.reasonCode())).with("plugin", Document.of(plugin));
        int code = RpcError.BLOCKED;
        if (report.outcome() != Outcome.BLOCKED) {
            code = failedAuditing(report, plugin) ? RpcError.AUDITING_FAILED : RpcError.INTERNAL_ERROR;
        }
        String reason = stopped.reason().isEmpty() ? "The message was stopped by policy" : stopped.reason();
        return new RpcError(code, reason, data);
    }

    private static boolean failedAuditing(PolicyReport report, String plugin) {
        return report.stages().stream()
                .anyMatch(stage -> stage.outcome() == Outcome.ERROR
                        && stage.instance().equals(plugin)
                        && stage.type().equals("auditing"));
    }
}
