package org.sallyport.deploy.internal;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the looks and the hand-overs know of one file. The looks are one thread's; outcomes come from any. Times are
 * those of {@link System#nanoTime()}.
 */
final class DeployFile {
    private final String name;

    // Of the looks alone.
    private @Nullable Fingerprint seen;
    private long seenSince;
    private @Nullable Long missingSince;
    private long handedAt;
    private boolean successorAsked;

    // Guarded by this.
    private @Nullable Fingerprint handed;
    private @Nullable Outcome outcome;
    private String id = "";
    private boolean known;
    private @Nullable Fingerprint toldOf;
    private String told = "";

    DeployFile(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** A look found it. */
    void found(Fingerprint now, long nanos) {
        missingSince = null;
        successorAsked = false;
        if (!now.equals(seen)) {
            seen = now;
            seenSince = nanos;
        }
    }

    /** A look did not find it. */
    void missed(long nanos) {
        if (missingSince == null) {
            missingSince = nanos;
        }
    }

    /** A look could not tell. */
    void unclear() {
        missingSince = null;
    }

    /** What it is, if the last look found it. */
    Optional<Fingerprint> present() {
        return missingSince == null ? Optional.ofNullable(seen) : Optional.empty();
    }

    /** Whether it was found unchanged for so long. */
    boolean unchangedFor(Duration time, long nanos) {
        return present().isPresent() && nanos - seenSince >= time.toNanos();
    }

    /** Whether no look found it for so long. */
    boolean missingFor(Duration time, long nanos) {
        return missingSince != null && nanos - missingSince >= time.toNanos();
    }

    boolean missing() {
        return missingSince != null;
    }

    /** Whether a successor was looked for since it is missing. */
    boolean successorAsked() {
        return successorAsked;
    }

    void askedForSuccessor() {
        successorAsked = true;
    }

    /** A plugin came from it in an earlier run. */
    synchronized void broughtEarlier(String plugin) {
        id = plugin;
        known = true;
    }

    /** Whether what was seen last still has to be handed over. */
    synchronized boolean waiting() {
        return present().filter(now -> !now.equals(handed)).isPresent();
    }

    /** Whether it was handed over and nobody knows yet what became of it. */
    synchronized boolean busy() {
        return handed != null && outcome == null;
    }

    /** Whether admission may know of it. */
    synchronized boolean known() {
        return known;
    }

    /** The plugin that it brought last, also if a later content brought none; empty if there was none. */
    synchronized String id() {
        return id;
    }

    /** Whether the last content failed with this code. */
    synchronized boolean failed(String code) {
        return outcome != null && outcome.code().equals(code);
    }

    /** Whether it was handed over so long ago. */
    boolean handedBefore(Duration time, long nanos) {
        return nanos - handedAt >= time.toNanos();
    }

    synchronized void handedOver(Fingerprint content, long nanos) {
        handedAt = nanos;
        handed = content;
        outcome = null;
        known = true;
    }

    /** Has it handed over again though it did not change. */
    synchronized void again() {
        handed = null;
        outcome = null;
    }

    /** What became of a content; of no interest if a newer one was handed over since. */
    synchronized void finished(Fingerprint content, Outcome result) {
        if (!result.id().isEmpty()) {
            id = result.id();
            toldOf = null;
        }
        if (content.equals(handed)) {
            outcome = result;
            if (result.equals(Outcome.CHANGED)) {
                again();
            }
        }
    }

    /** Whether people have still to be told that a content failed for this cause. */
    synchronized boolean firstTold(Fingerprint content, String cause) {
        boolean first = !content.equals(toldOf) || !cause.equals(told);
        toldOf = content;
        told = cause;
        return first;
    }
}
