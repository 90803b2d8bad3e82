package org.sallyport.audit.internal;

import java.io.IOException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain from the oldest record to the youngest and holds it against signed checkpoints. Finds records that were
 * changed, taken out, put in, or cut off at the end. What it cannot find: a change of what is not sealed yet, and that somebody who
 * has the private key made the whole anew; for that a checkpoint has to lie elsewhere. One use, one thread.
 */
final class Verification {
    /** Most findings; after that it is clear enough. */
    static final int MAX_FINDINGS = 100;

    private final TreeMap<Long, List<Checkpoint>> checkpoints = new TreeMap<>();
    private final List<String> findings = new ArrayList<>();
    private @Nullable Link first;
    private Link last = Link.START;
    private long records;
    private long torn;

    /**
     * What came out.
     *
     * @param records how many there are
     * @param first number of the oldest
     * @param last number of the youngest
     * @param sealed number of the youngest that a checkpoint vouches for
     * @param torn lines that a crash left behind; they are no records
     * @param key fingerprint of the key that was checked with
     * @param findings what is wrong, in sentences; empty if the audit holds
     */
    record Result(long records, long first, long last, long sealed, long torn, String key, List<String> findings) {}

    /**
     * Verifies.
     *
     * @param files the files, oldest first
     * @param present the last checkpoint; null if there is none
     * @param others checkpoints that were kept elsewhere
     * @param key what signatures are checked with
     */
    static Result of(List<Lines> files, @Nullable Checkpoint present, List<Checkpoint> others, PublicKey key)
            throws IOException {
        Verification verification = new Verification();
        if (present != null) {
            verification.expect(present, "the last checkpoint", key);
        }
        for (Checkpoint other : others) {
            verification.expect(other, "the checkpoint of [" + other.at() + "]", key);
        }
        for (Lines file : files) {
            while (file.next()) {
                verification.look(file, present);
            }
        }
        return verification.result(present, SealKey.fingerprint(key));
    }

    private void find(String what) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(what);
        }
    }

    private void expect(Checkpoint checkpoint, String name, PublicKey key) {
        if (!SealKey.isSigned(checkpoint, key)) {
            find(name + " was not signed by the key [" + SealKey.fingerprint(key) + "], or was changed");
            return;
        }
        checkpoints
                .computeIfAbsent(checkpoint.last().seq(), seq -> new ArrayList<>())
                .add(checkpoint);
    }

    private void look(Lines file, @Nullable Checkpoint present) {
        Link link = file.link();
        if (link == null) {
            torn++;
            return;
        }
        if (first == null) {
            first = link;
            begin(link, present);
        } else if (link.seq() > last.seq() + 1) {
            find("records [" + (last.seq() + 1) + "] to [" + (link.seq() - 1) + "] are missing before " + file.place());
        } else if (link.seq() <= last.seq()) {
            find("record [" + link.seq() + "] in " + file.place() + " stands behind record [" + last.seq() + "]");
        } else if (!link.prev().equals(last.hash())) {
            find("record [" + last.seq() + "], the one before " + file.place() + ", was changed");
        }
        records++;
        last = link;
        for (Checkpoint checkpoint : checkpoints.getOrDefault(link.seq(), List.of())) {
            if (!checkpoint.last().hash().equals(link.hash())) {
                find("record [" + link.seq() + "] in " + file.place() + " was changed after the checkpoint of ["
                        + checkpoint.at() + "]");
            }
        }
    }

    /** The oldest record is the first of all, or one from which a checkpoint says that the chain was kept. */
    private void begin(Link oldest, @Nullable Checkpoint present) {
        if (oldest.seq() == 1) {
            if (!oldest.prev().equals(Hashes.NONE)) {
                find("record [1] names a record before it");
            }
        } else if (present == null) {
            find("records [1] to [" + (oldest.seq() - 1)
                    + "] are missing, and no checkpoint says that they were let go");
        } else if (oldest.seq() > present.first().seq()) {
            find("records [" + present.first().seq() + "] to [" + (oldest.seq() - 1) + "] are missing");
        } else if (oldest.seq() == present.first().seq()
                && !oldest.prev().equals(present.first().prev())) {
            find("record [" + oldest.seq() + "], the oldest, was changed");
        }
    }

    private Result result(@Nullable Checkpoint present, String key) {
        if (present == null && records > 0) {
            find("there is no checkpoint, so a cut-off end would not show");
        }
        if (!checkpoints.isEmpty() && checkpoints.lastKey() > last.seq()) {
            find("records [" + (last.seq() + 1) + "] to [" + checkpoints.lastKey() + "] were cut off");
        }
        long sealed = checkpoints.isEmpty() ? 0 : Math.min(checkpoints.lastKey(), last.seq());
        return new Result(
                records, first == null ? 0 : first.seq(), last.seq(), sealed, torn, key, List.copyOf(findings));
    }
}
