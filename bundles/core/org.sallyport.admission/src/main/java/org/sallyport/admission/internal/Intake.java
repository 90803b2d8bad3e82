package org.sallyport.admission.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.sallyport.admission.internal.archive.ArchiveException;
import org.sallyport.admission.internal.archive.DescriptorReader;
import org.sallyport.admission.internal.archive.Wires;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.plugin.PluginState;

/** The way of an archive through the gates into the store. No code of it runs here. Thread-safe. */
final class Intake {
    private final Gates gates;
    private final ArtefactStore store;
    private final Plugins plugins;
    private final Chronicle chronicle;

    Intake(Gates gates, ArtefactStore store, Plugins plugins, Chronicle chronicle) {
        this.gates = gates;
        this.store = store;
        this.plugins = plugins;
        this.chronicle = chronicle;
    }

    /**
     * An archive that came from outside. It may be one that {@linkplain CheckedCandidate#hold() waits} until somebody agrees.
     *
     * @throws PluginException {@code invalid_archive} or {@code refused}
     */
    CheckedCandidate check(byte[] archive, String origin) {
        return pass(archive, origin, (candidate, refusal) -> {
            if (refusal.isHold()) {
                candidate.hold(refusal);
            } else {
                tell(candidate, refusal);
                throw refusal(candidate, refusal);
            }
        });
    }

    /** The same, of which nobody is told; nor may it be one that waits. */
    CheckedCandidate look(byte[] archive, String origin) {
        return pass(archive, origin, (candidate, refusal) -> {
            throw refusal(candidate, refusal);
        });
    }

    private CheckedCandidate pass(byte[] archive, String origin, BiConsumer<CheckedCandidate, Gates.Refusal> refused) {
        CheckedCandidate.requireSize(archive, origin);
        // A copy: what is checked has to be what is installed, whatever the caller does with its bytes.
        CheckedCandidate candidate = new CheckedCandidate(archive.clone(), origin);
        gates.check(candidate).ifPresent(refusal -> refused.accept(candidate, refusal));
        return candidate;
    }

    /** Keeps a checked archive, durably. Whether it was not there, or not whole, before. */
    boolean keep(CheckedCandidate candidate) {
        try {
            return store.put(candidate.sha256(), candidate.archive());
        } catch (IOException e) {
            throw new PluginException(
                    "store_failed",
                    "Plugin file [" + candidate.origin() + "] could not be kept in the store: " + e
                            + "; nothing was changed",
                    e);
        }
    }

    /**
     * An archive from the store; it passes the gates again.
     *
     * @throws StartFailure if it is missing, was changed, or does not pass any more
     */
    CheckedCandidate fetch(Desired desired) throws StartFailure {
        return fetch(desired.sha256(), desired.origin());
    }

    /**
     * The same of a version that is to stand elsewhere.
     *
     * @param why begins the origin that it has there
     */
    CheckedCandidate fetch(Desired.Displaced version, String why) throws StartFailure {
        String origin = version.origin();
        return fetch(version.sha256(), origin.startsWith(why) ? origin : why + origin);
    }

    /** The same, by its digest. */
    CheckedCandidate fetch(String sha256, String origin) throws StartFailure {
        CheckedCandidate candidate;
        try {
            candidate = CheckedCandidate.fromStore(store.read(sha256), origin);
        } catch (IOException e) {
            // It may come: from another node, or when the disk is there again.
            throw new StartFailure(
                            e.getMessage(), "Install the plugin again from where it came: [" + origin + "]", false)
                    .mayPass();
        }
        var refusal = gates.check(candidate);
        if (refusal.isPresent()) {
            throw new StartFailure(
                            refusal.get().sentence(), refusal.get().verdict().next(), false)
                    .held(refusal.get().isHold());
        }
        return candidate;
    }

    /** What an archive in the store needs of others and offers to others; none if it cannot be read. No gate is asked. */
    Wires wires(String sha256) {
        try {
            return Wires.of(new CheckedCandidate(store.read(sha256), "store").described());
        } catch (IOException | ArchiveException e) {
            return Wires.NONE;
        }
    }

    /** Whether the store still has these very bytes. */
    boolean isKept(String sha256) {
        try {
            store.read(sha256);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isUnreadable(Gates.Refusal refusal) {
        return refusal.gate().equals("archive") || refusal.gate().equals("manifest");
    }

    private void tell(CheckedCandidate candidate, Gates.Refusal refusal) {
        Verdict verdict = refusal.verdict();
        // Who reads the audit looks for a plugin by its id, also for one that could not be read to its end.
        String subject = claimed(candidate).orElse(candidate.origin());
        if (!isUnreadable(refusal)) {
            subject = candidate.descriptor().id().value();
            Slot slot = plugins.slot(subject);
            if (slot.desired().isEmpty() && slot.current == null) {
                slot.show(PluginState.BLOCKED, refusal.sentence(), verdict.next());
            }
        }
        chronicle.tell(
                "plugin.refused",
                subject,
                "origin",
                candidate.origin(),
                "sha256",
                candidate.sha256(),
                "gate",
                refusal.gate(),
                "cause",
                verdict.reason());
    }

    private static Optional<String> claimed(CheckedCandidate candidate) {
        try {
            return DescriptorReader.claimed(candidate.contents());
        } catch (ArchiveException e) {
            return Optional.empty();
        }
    }

    private static PluginException refusal(CheckedCandidate candidate, Gates.Refusal refusal) {
        Verdict verdict = refusal.verdict();
        return new PluginException(
                refusal.isHold() ? Holding.CODE : isUnreadable(refusal) ? "invalid_archive" : "refused",
                "Plugin file [" + candidate.origin() + "] was not installed: " + refusal.sentence()
                        + (verdict.next().isEmpty() ? "" : ". " + verdict.next()));
    }
}
