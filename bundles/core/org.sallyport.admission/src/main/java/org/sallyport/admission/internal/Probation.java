package org.sallyport.admission.internal;

import java.util.List;
import java.util.Optional;

/**
 * The time after a swap in which the version before can come back by itself.
 *
 * @param young the version that is watched
 * @param users those that use it and came with it
 * @param before the version before
 * @param sha256 the bytes of the version before
 * @param state what the version before remembered when it was replaced; empty if it had nothing to hand over
 * @param rule what is counted of both
 * @param end when it ends, by the clock of {@link System#nanoTime()}
 */
record Probation(
        Revision young,
        List<Revision> users,
        String before,
        String sha256,
        Optional<Handover.State> state,
        ProbationRule rule,
        long end) {
    boolean isOver(long now) {
        return now - end >= 0;
    }
}
