package org.sallyport.worker.internal.jail;

import java.util.Optional;

/**
 * What differs between processors in how Linux is called. From 424 on a system call has the same number on all.
 *
 * @see <a href="https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/scripts/syscall.tbl">system calls</a>
 */
enum Machine {
    /** {@code x86_64}, without the numbers of {@code x32}. */
    AMD64(0xC000_003E, 317),
    /** {@code aarch64}, which has no older form of a call where there is a newer one. Written from the table, not run. */
    AARCH64(0xC000_00B7, 277);

    /** {@code AUDIT_ARCH}: what a filter sees. */
    final int audit;

    /** The number of {@code seccomp}. */
    final int seccomp;

    Machine(int audit, int seccomp) {
        this.audit = audit;
        this.seccomp = seccomp;
    }

    static Optional<Machine> of(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> Optional.of(AMD64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /** The one this runs on. */
    static Machine here() {
        return of(System.getProperty("os.arch")).orElseThrow();
    }
}
