package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sallyport.policy.internal.PluginCalls.CallFailed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells non-critical observers after the message went on: each gets its reports one after the other, in the order in
 * which passes ended. At most {@value #BACKLOG} reports wait for one observer; beyond that the newest is dropped,
 * counted and warned of. A report that waits keeps its snapshot in use, so an observer hears of all its messages before
 * it is closed.
 */
final class Couriers {
    /** Most reports that wait for one observer. */
    static final int BACKLOG = 1024;

    private static final Logger log = LoggerFactory.getLogger(Couriers.class);

    private final PluginCalls calls;
    private volatile Duration limit;
    private final Map<Seat, Courier> couriers = new ConcurrentHashMap<>();

    Couriers(PluginCalls calls, Duration limit) {
        this.calls = calls;
        this.limit = limit;
    }

    void limit(Duration next) {
        limit = next;
    }

    /** Sees to it that an observer gets a report. The caller holds a lease of the snapshot. */
    void send(Snapshot snapshot, Stage stage, Report report) {
        Seat seat = stage.seat();
        if (seat != null) {
            couriers.computeIfAbsent(seat, Courier::new).send(snapshot, report.viewFor(stage.instance()));
        }
    }

    /** The seat was closed. */
    void forget(Seat seat) {
        couriers.remove(seat);
    }

    private record Letter(Snapshot snapshot, Report report) {}

    private final class Courier {
        private final Seat seat;
        private final ConcurrentLinkedQueue<Letter> letters = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();

        Courier(Seat seat) {
            this.seat = seat;
        }

        void send(Snapshot snapshot, Report report) {
            int before = waiting.getAndUpdate(n -> n < BACKLOG ? n + 1 : n);
            if (before == BACKLOG) {
                drop("[" + BACKLOG + "] reports wait for it already");
                return;
            }
            snapshot.leaseMore();
            letters.add(new Letter(snapshot, report));
            if (before == 0) {
                deliver();
            }
        }

        /** Delivers the first letter; called by whoever brought their number from 0 to 1, or ended the one before. */
        private void deliver() {
            do {
                Letter letter = first();
                long began = System.nanoTime();
                Breaker.Permit permit = seat.breaker.enter(began);
                if (permit == Breaker.Permit.REFUSED || seat.watch.condemned() != null) {
                    drop("it is suspended");
                } else if (hand(letter, permit, began)) {
                    return;
                }
            } while (delivered());
        }

        private Letter first() {
            Letter letter = letters.peek();
            while (letter == null) {
                // Its sender has counted it and is about to add it.
                Thread.onSpinWait();
                letter = letters.peek();
            }
            return letter;
        }

        private boolean hand(Letter letter, Breaker.Permit permit, long began) {
            try {
                Duration time = Weight.time(limit, letter.report().originalBytes());
                calls.call(new Pass.Held(letter.snapshot(), seat.watch), time, () -> {
                            seat.member.observe(letter.report());
                            return Boolean.TRUE;
                        })
                        .whenComplete((done, thrown) -> ended(letter.report(), permit, began, thrown));
                return true;
            } catch (RejectedExecutionException e) {
                drop("no thread was free");
                seat.breaker.unused(permit);
                return false;
            }
        }

        private void ended(Report report, Breaker.Permit permit, long began, @Nullable Throwable thrown) {
            long now = System.nanoTime();
            Failure failure = thrown instanceof CallFailed failed ? failed.failure() : null;
            seat.count(permit, now - began, Weight.of(report.originalBytes()), now, failure);
            seat.watch.judge(seat.instance());
            if (failure != null) {
                seat.tell(failure, report.cleared());
            }
            if (delivered()) {
                deliver();
            }
        }

        /** Whether there is another letter. */
        private boolean delivered() {
            Letter letter = letters.remove();
            int left = waiting.decrementAndGet();
            letter.snapshot().release();
            return left > 0;
        }

        private void drop(String why) {
            seat.dropped.increment();
            long n = seat.dropped.sum();
            if (Long.bitCount(n) == 1) {
                log.warn(
                        "Observer [{}] missed a report because {}; missed so far: [{}]. Set \"critical\": true if none"
                                + " may be missed",
                        seat.instance(),
                        why,
                        n);
            }
        }
    }
}
