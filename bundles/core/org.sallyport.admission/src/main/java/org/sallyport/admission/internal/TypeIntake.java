package org.sallyport.admission.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.spi.trust.TrustLevels;

/** The way of a plugin type's archive through the gates: as it is a part of the platform, its signer has to be trusted like that. Thread-safe. */
final class TypeIntake {
    private final Gates gates;
    private final Supplier<@Nullable TrustLevels> levels;
    private final Chronicle chronicle;

    /**
     * @param gates what an archive passes that is no plugin: those of the archive, its code and its signature
     * @param levels who is trusted how far; null where nobody looks at signatures
     */
    TypeIntake(Gates gates, Supplier<@Nullable TrustLevels> levels, Chronicle chronicle) {
        this.gates = gates;
        this.levels = levels;
        this.chronicle = chronicle;
    }

    /**
     * One that came from outside.
     *
     * @throws PluginException {@code invalid_archive} or {@code refused}, which the audit was told
     */
    CheckedCandidate check(byte[] archive, String origin) {
        try {
            return look(archive, origin, false);
        } catch (PluginException e) {
            chronicle.tell("type.refused", origin, "sha256", CheckedCandidate.sha256(archive), "cause", e.getMessage());
            throw e;
        }
    }

    /**
     * The same, of which nobody is told.
     *
     * @param returning whether it was let in before
     */
    CheckedCandidate look(byte[] archive, String origin, boolean returning) {
        CheckedCandidate.requireSize(archive, origin);
        // A copy: what is checked has to be what is installed, whatever the caller does with its bytes.
        CheckedCandidate candidate = CheckedCandidate.ofType(archive.clone(), origin, returning);
        try {
            candidate.described();
        } catch (ArchiveException e) {
            throw candidate.invalid(e);
        }
        Optional<Gates.Refusal> refusal = gates.check(candidate);
        if (refusal.isPresent()) {
            throw refused(
                    candidate, refusal.get().sentence(), refusal.get().verdict().next());
        }
        TrustLevels known = levels.get();
        TrustLevel level = known == null
                ? TrustLevel.INTERNAL
                : known.ofArchive(candidate.sha256())
                        .map(TrustLevels.Trust::level)
                        .orElse(TrustLevel.UNTRUSTED);
        if (level != TrustLevel.INTERNAL) {
            throw refused(
                    candidate,
                    "it is signed by somebody who may sign plugins of the level [" + level.label()
                            + "], and a plugin type is a part of the platform",
                    "Have it signed by somebody who is trusted with the level [" + TrustLevel.INTERNAL.label() + "]");
        }
        return candidate;
    }

    private static PluginException refused(CheckedCandidate candidate, String sentence, String next) {
        return new PluginException(
                "refused",
                "Plugin type's file [" + candidate.origin() + "] was not put into service: " + sentence
                        + (next.isEmpty() ? "" : ". " + next));
    }
}
