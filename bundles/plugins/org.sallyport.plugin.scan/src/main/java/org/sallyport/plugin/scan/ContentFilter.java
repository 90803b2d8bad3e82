package org.sallyport.plugin.scan;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.type.security.SecurityFilter;

/**
 * Decides on messages by what a {@link Detector} finds in them. Immutable and thread-safe. A clean message costs one
 * pass over its text and next to no memory.
 *
 * <p>Reasons and metadata name types and counts, never what was found.
 */
public final class ContentFilter implements SecurityFilter {
    private final ContentRules rules;

    public ContentFilter(ContentRules rules) {
        this.rules = rules;
    }

    @Override
    public PolicyDecision decide(PolicyCall call) {
        return decide(call.message().document());
    }

    /** Decides on a whole message. */
    public PolicyDecision decide(Document message) {
        MessageScan scan = new MessageScan(rules);
        Document redacted = scan.message(message);
        if (scan.isClean()) {
            return PolicyDecision.allow();
        }
        if (scan.tooLarge()) {
            return PolicyDecision.block(
                            "Blocked: a text is longer than the [" + rules.maxText()
                                    + "] characters that are scanned; send it in parts, or raise [max_text_length]",
                            ContentRules.TOO_LARGE)
                    .withMetadata(metadata(scan));
        }
        return switch (rules.action()) {
            case BLOCK -> block(scan, "Blocked: ");
            case AUDIT_ONLY ->
                PolicyDecision.allow("Let through for audit: " + findings(scan), code(scan))
                        .withMetadata(metadata(scan));
            case REDACT ->
                scan.isRedactable()
                        ? PolicyDecision.modify(redacted, "Removed: " + findings(scan), code(scan))
                                .withMetadata(metadata(scan))
                        : block(scan, "Blocked, because it cannot be removed: ");
        };
    }

    private PolicyDecision block(MessageScan scan, String prefix) {
        return PolicyDecision.block(prefix + findings(scan), code(scan)).withMetadata(metadata(scan));
    }

    private String code(MessageScan scan) {
        return scan.onlyEncoded() ? rules.encodedCode() : rules.code();
    }

    private String findings(MessageScan scan) {
        StringBuilder out = new StringBuilder(rules.noun()).append(" [");
        String separator = "";
        for (Document name : rules.names(scan.types()).values()) {
            out.append(separator).append(name.text(""));
            separator = ", ";
        }
        return out.append("] in [")
                .append(scan.count())
                .append(scan.count() == 1 ? "] place" : "] places")
                .append(scan.onlyEncoded() ? ", encoded in base64" : "")
                .toString();
    }

    private Document metadata(MessageScan scan) {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("detected", rules.names(scan.types()));
        members.put("count", Document.of(scan.count()));
        members.put("encoded", Document.of(scan.onlyEncoded()));
        return Document.object(members);
    }
}
