package org.sallyport.policy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All chains at one moment, and how many calls run on them. Immutable but for that count.
 *
 * <p>A lease is one atomic addition. After {@link #retire()} no new pass gets a lease; those that run may take more.
 */
final class Snapshot {
    private static final long RETIRED = 1L << 62;

    final Chain global;
    final Map<String, Chain> servers;
    final List<Seat> seats;
    private final AtomicLong leases = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /**
     * @param global the chain of messages of no server in particular, and of servers that nothing is configured for
     * @param servers the chains of the other servers
     * @param seats all seats in them; retained by this snapshot
     */
    Snapshot(Chain global, Map<String, Chain> servers, List<Seat> seats) {
        this.global = global;
        this.servers = Map.copyOf(servers);
        this.seats = List.copyOf(seats);
        seats.forEach(Seat::retain);
    }

    static Snapshot empty() {
        return new Snapshot(Chain.of(List.of()), Map.of(), List.of());
    }

    Chain chain(String server) {
        Chain chain = servers.get(server);
        return chain == null ? global : chain;
    }

    /** A lease for a new pass; false if the snapshot was replaced. */
    boolean tryLease() {
        long seen = leases.get();
        while (seen < RETIRED) {
            if (leases.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = leases.get();
        }
        return false;
    }

    /** One more lease for a pass that has one. */
    void leaseMore() {
        leases.incrementAndGet();
    }

    void release() {
        if (leases.decrementAndGet() == RETIRED) {
            drained.complete(null);
        }
    }

    /**
     * No new pass runs on it from now on.
     *
     * @return completes when the last one ended, on that one's thread
     */
    CompletableFuture<Void> retire() {
        if (leases.getAndUpdate(n -> n < RETIRED ? n + RETIRED : n) == 0) {
            drained.complete(null);
        }
        return drained;
    }

    /** Completes when it was replaced and the last pass on it ended. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /** Gives its seats back; those that no other snapshot uses have to be closed. Once, after it was drained. */
    List<Seat> releaseSeats() {
        List<Seat> unused = new ArrayList<>();
        for (Seat seat : seats) {
            if (seat.release()) {
                unused.add(seat);
            }
        }
        return unused;
    }
}
