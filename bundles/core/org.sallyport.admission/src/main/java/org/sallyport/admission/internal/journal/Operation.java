package org.sallyport.admission.internal.journal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;

/**
 * One change of a plugin.
 *
 * @param id counts up, also over restarts
 * @param plugin whose it is
 * @param version the version it brings, switches or removes; may be empty
 * @param sha256 the bytes it brings; may be empty
 * @param origin where they came from; may be empty
 * @param ended empty as long as it runs
 * @param step how far it is
 * @param cause why it ended as it did, or what it was done for; may be empty
 * @param intent what the registry is to hold of the plugin when it is done, {@link Document#NULL} for nothing; empty as
 *     long as nothing was changed, and at the end
 */
public record Operation(
        long id,
        Kind kind,
        String plugin,
        String version,
        String sha256,
        String origin,
        Instant began,
        Optional<Instant> ended,
        Outcome outcome,
        String step,
        String cause,
        Optional<Document> intent) {
    /** What it does. */
    public enum Kind {
        INSTALL,
        UPDATE,
        ENABLE,
        DISABLE,
        ROLLBACK,
        UNINSTALL,
        /** A version was marked stable, beta or deprecated. */
        MARK,
        /** Not asked for: the plugin was taken out of service. */
        QUARANTINE
    }

    /** What came of it. */
    public enum Outcome {
        RUNNING,
        DONE,
        /** It said so, and what served before serves on. */
        FAILED,
        /** The process ended before it changed anything. */
        UNDONE
    }

    /** Further on. */
    Operation at(String newStep) {
        return new Operation(id, kind, plugin, version, sha256, origin, began, ended, outcome, newStep, cause, intent);
    }

    /** About to change what the registry holds. */
    Operation intending(Document value) {
        return new Operation(
                id, kind, plugin, version, sha256, origin, began, ended, outcome, "commit", cause, Optional.of(value));
    }

    /** At its end. What it intended tells nothing any more. */
    Operation ended(Outcome how, String why) {
        return new Operation(
                id,
                kind,
                plugin,
                version,
                sha256,
                origin,
                began,
                Optional.of(Instant.now()),
                how,
                "end",
                why.isEmpty() ? cause : why,
                Optional.empty());
    }

    Document toDocument() {
        Map<String, Document> members = new LinkedHashMap<>();
        members.put("id", Document.of(id));
        members.put("kind", Document.of(kind.name()));
        members.put("plugin", Document.of(plugin));
        members.put("version", Document.of(version));
        members.put("sha256", Document.of(sha256));
        members.put("origin", Document.of(origin));
        members.put("began", Document.of(began.toString()));
        ended.ifPresent(at -> members.put("ended", Document.of(at.toString())));
        members.put("outcome", Document.of(outcome.name()));
        members.put("step", Document.of(step));
        members.put("cause", Document.of(cause));
        intent.ifPresent(value -> members.put("intent", Document.object("value", value)));
        return Document.object(members);
    }

    /** @throws RuntimeException if it is no operation */
    static Operation of(Document document) {
        Document intent = document.get("intent");
        return new Operation(
                document.get("id").asLong(0),
                Kind.valueOf(document.get("kind").text("")),
                document.get("plugin").text(""),
                document.get("version").text(""),
                document.get("sha256").text(""),
                document.get("origin").text(""),
                Instant.parse(document.get("began").text("")),
                Optional.of(document.get("ended").text(""))
                        .filter(text -> !text.isEmpty())
                        .map(Instant::parse),
                Outcome.valueOf(document.get("outcome").text("")),
                document.get("step").text(""),
                document.get("cause").text(""),
                intent.isNull() ? Optional.empty() : Optional.of(intent.get("value")));
    }
}
