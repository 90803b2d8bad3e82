package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One message on its way through a chain. Runs on a host thread; if a plugin keeps that beyond the deadline, the watchdog
 * charges the plugin and the rest runs on another thread with a fresh share of time. So a pass takes at most one share
 * for the plugins up to the first hang and one more for each non-critical plugin that hangs.
 */
final class Pass extends Watched {
    private static final Logger log = LoggerFactory.getLogger(Pass.class);
    private static final @Nullable Document[] NOTHING = {};
    private static final String OVERLOADED = "The policy engine is overloaded: ";

    /** A failure that counts against a plugin. */
    private record Fault(Seat seat, Failure failure) {}

    /** What passes share. */
    record Machine(HostThreads threads, Watchdog watchdog, Couriers couriers, Shadows shadows) {}

    /** What a pass is for. */
    enum Purpose {
        /** The message goes on, and observers get to know. */
        SERVE,
        /** Somebody wants to know what would come of it; no observer gets to know. */
        TRY,
        /** To see what one member would do; the message went on already. */
        SHADOW,
        /** To see what would come of a message that was recorded; no observer gets to know. */
        REPLAY
    }

    private final Machine machine;
    private final Snapshot snapshot;
    private final Chain chain;
    private final ExchangeImpl exchange;
    private final Inbound message;
    private final Optional<Message> request;
    private final Duration one;
    private final Duration share;
    private final Purpose purpose;
    private final boolean observed;
    private final @Nullable Document[] shown;
    private final Verdict verdict;
    private final CompletableFuture<PolicyResult> result = new CompletableFuture<>();

    private int next;
    private int nextObserver;
    private int queuedAs;
    private long stageBegan;
    private Breaker.Permit permit = Breaker.Permit.NORMAL;
    private @Nullable Stage running;
    private @Nullable Report report;
    private List<Fault> faults = List.of();

    /**
     * @param snapshot leased for this pass, which gives the lease back
     * @param one time that plugins have for a message of no great length
     * @param purpose what it is for
     */
    Pass(
            Machine machine,
            Snapshot snapshot,
            Chain chain,
            ExchangeImpl exchange,
            Inbound message,
            Optional<Message> request,
            Duration one,
            Purpose purpose) {
        this.machine = machine;
        this.snapshot = snapshot;
        this.chain = chain;
        this.exchange = exchange;
        this.message = message;
        this.request = request;
        this.one = one;
        this.share = Weight.time(one, message.bytes());
        this.purpose = purpose;
        this.observed = purpose == Purpose.SERVE;
        this.shown = observed ? new Document[chain.shadows.length] : NOTHING;
        this.verdict = new Verdict(exchange, message, request, chain.secured);
    }

    CompletableFuture<PolicyResult> start() {
        enqueue();
        return result;
    }

    /** Goes on, or begins, on a thread of the pool. Owner only; the owner lets go of the pass with this. */
    private void enqueue() {
        deadline(System.nanoTime() + share.toNanos());
        queuedAs = nextTicket();
        enqueued();
        try {
            machine.threads().execute(this);
            machine.watchdog().look();
        } catch (RejectedExecutionException e) {
            if (leave(queuedAs)) {
                giveUp(machine.threads().isStopped() ? HostThreads.STOPPED : OVERLOADED + e.getMessage());
            }
        }
    }

    @Override
    public void run() {
        if (!leave(queuedAs)) {
            return;
        }
        HostThread me = HostThread.current();
        MDC.put("request", exchange.id());
        try {
            if (decide(me) && observe(me)) {
                finish();
            }
        } catch (Throwable bug) {
            log.error(
                    "The pass of exchange [{}] broke down and its message was stopped; please report this",
                    exchange.id(),
                    bug);
            verdict.overloaded(
                    "The policy engine broke down with [" + bug.getClass().getName() + "]");
            // It may say that all went well.
            report = null;
            finish();
        } finally {
            MDC.remove("request");
            MDC.remove("plugin");
        }
    }

    /** Runs those that decide; false if this thread does not own the pass any more. */
    private boolean decide(HostThread me) {
        Stage[] stages = chain.deciders;
        show();
        while (next < stages.length && !verdict.stopped()) {
            if (!decide(me, stages[next])) {
                return false;
            }
            next++;
            show();
        }
        return true;
    }

    /** Keeps the message for those in its place that see it later. */
    private void show() {
        for (int i = 0; i < shown.length; i++) {
            if (chain.shadows[i].place() == next && !verdict.stopped()) {
                shown[i] = verdict.now();
            }
        }
    }

    private boolean decide(HostThread me, Stage stage) {
        Seat seat = admit(stage);
        if (seat == null) {
            return true;
        }
        Call call = new Call(this, stage, seat);
        PolicyDecision decision = null;
        Failure failure = null;
        int ticket = enter(me);
        call.enteredAs(ticket);
        machine.watchdog().look();
        try {
            decision = seat.member.decide(call);
        } catch (Throwable t) {
            // All of them: LinkageError and StackOverflowError are as much the plugin's as an exception is.
            failure = Failure.of(t);
        }
        if (!leave(ticket)) {
            late(me, seat);
            return false;
        }
        long nanos = System.nanoTime() - stageBegan;
        me.tidy();
        if (failure == null) {
            failure = verdict.breach(stage, decision);
        }
        count(seat, nanos, stageBegan + nanos, failure);
        if (failure == null && decision != null) {
            verdict.decided(stage, decision, nanos);
        } else if (failure != null) {
            verdict.failed(stage, failure, nanos);
        }
        return true;
    }

    /** Tells the critical observers, all of them; false if this thread does not own the pass any more. */
    private boolean observe(HostThread me) {
        Stage[] stages = chain.criticalObservers;
        // What was decided has to be recorded, also when those who decided it took all the time.
        long least = System.nanoTime() + share.toNanos() / 4;
        if (observed && nextObserver == 0 && deadline() - least < 0) {
            deadline(least);
        }
        while (observed && nextObserver < stages.length) {
            if (!observe(me, stages[nextObserver])) {
                return false;
            }
            nextObserver++;
        }
        return true;
    }

    private boolean observe(HostThread me, Stage stage) {
        Seat seat = admit(stage);
        if (seat == null) {
            report = null;
            return true;
        }
        Report view = reportNow().viewFor(stage.instance());
        Failure failure = null;
        int ticket = enter(me);
        machine.watchdog().look();
        try {
            seat.member.observe(view);
        } catch (Throwable t) {
            failure = Failure.of(t);
        }
        if (!leave(ticket)) {
            late(me, seat);
            return false;
        }
        long nanos = System.nanoTime() - stageBegan;
        me.tidy();
        count(seat, nanos, stageBegan + nanos, failure);
        if (failure != null) {
            verdict.failed(stage, failure, nanos);
            report = null;
        }
        return true;
    }

    /** A call ended. Whether a failure may be told of with what it says is only known when the pass ends. */
    private void count(Seat seat, long took, long now, @Nullable Failure failure) {
        seat.count(permit, took, Weight.of(message.bytes()), now, failure);
        if (failure != null) {
            faults = faults.isEmpty() ? new ArrayList<>(2) : faults;
            faults.add(new Fault(seat, failure));
        }
    }

    private void tellFaults(boolean cleared) {
        for (Fault fault : faults) {
            fault.seat().tell(fault.failure(), cleared);
        }
        faults = List.of();
    }

    /** Whether a stage may be called now; if not, it failed already and {@code null} is returned. */
    private @Nullable Seat admit(Stage stage) {
        long now = System.nanoTime();
        stageBegan = now;
        running = stage;
        Seat seat = stage.seat();
        if (seat == null) {
            verdict.failed(stage, java.util.Objects.requireNonNull(stage.fault()), 0);
            return null;
        }
        String condemned = seat.watch.condemned();
        if (condemned != null) {
            verdict.failed(stage, new Failure(Failure.QUARANTINED, condemned, ""), 0);
            return null;
        }
        if (now - deadline() >= 0) {
            // Those before used up all the time; this one is not called and nothing is held against its plugin.
            verdict.failed(stage, new Failure(Failure.TIMEOUT, "no time was left for it", ""), 0);
            deadline(now + share.toNanos());
            return null;
        }
        permit = seat.breaker.enter(now);
        if (permit == Breaker.Permit.REFUSED) {
            verdict.failed(
                    stage,
                    new Failure(Failure.SUSPENDED, "it is suspended for a while because it kept failing", ""),
                    0);
            return null;
        }
        MDC.put("plugin", stage.instance());
        return seat;
    }

    private Report reportNow() {
        Report made = report;
        if (made == null) {
            made = verdict.report();
            report = made;
        }
        return made;
    }

    /** The plugin let go of the thread after the pass went on without it. Not the owner any more. */
    private void late(HostThread me, Seat seat) {
        machine.threads().giveUp(me);
        new Held(snapshot, seat.watch).back();
    }

    private void finish() {
        Report last = reportNow();
        PolicyResult decided = verdict.result(last);
        settle(last);
        tellFaults(last.cleared());
        if (observed) {
            for (Stage stage : chain.otherObservers) {
                machine.couriers().send(snapshot, stage, last);
            }
        }
        for (int i = 0; i < shown.length; i++) {
            Document seen = shown[i];
            if (seen != null) {
                shadow(chain.shadows[i], seen, last);
            }
        }
        snapshot.release();
        result.complete(decided);
    }

    private void settle(Report last) {
        if (purpose != Purpose.SHADOW) {
            verdict.settle(last);
        }
    }

    /** Lets one see the message that changes nothing. It runs later, on a thread of its own, if there is room for that. */
    private void shadow(Chain.Shadow shadow, Document seen, Report last) {
        if (!machine.shadows().enter(shadow.stage())) {
            return;
        }
        snapshot.leaseMore();
        Inbound then = new Inbound(message.protocol(), message.kind(), message.method(), seen, message.bytes());
        new Pass(machine, snapshot, shadow.alone(), exchange, then, request, one, Purpose.SHADOW)
                .start()
                .whenComplete((would, none) -> machine.shadows().leave(shadow.stage(), exchange, last, would));
    }

    @Override
    Hold hold() {
        Stage stage = running;
        return new Held(snapshot, stage == null || stage.seat() == null ? null : stage.seat().watch);
    }

    /** The snapshot stays in use, and the plugin has one thread more on its account. */
    record Held(Snapshot snapshot, @Nullable PluginWatch watch) implements Hold {
        @Override
        public void kept() {
            snapshot.leaseMore();
            if (watch != null) {
                watch.threadKept();
            }
        }

        @Override
        public void back() {
            if (watch != null) {
                watch.threadBack();
            }
            snapshot.release();
        }
    }

    @Override
    void overdue(@Nullable HostThread stuck) {
        if (machine.threads().isStopped()) {
            // The plugin may be as good as any: its time was cut short.
            giveUp(HostThreads.STOPPED);
            return;
        }
        if (stuck == null) {
            giveUp(OVERLOADED + "No thread was free for [" + share + "]");
            return;
        }
        Stage stage = java.util.Objects.requireNonNull(running);
        Seat seat = java.util.Objects.requireNonNull(stage.seat());
        long now = System.nanoTime();
        Failure timeout = new Failure(Failure.TIMEOUT, "it did not answer within [" + share + "]", "");
        verdict.failed(stage, timeout, now - stageBegan);
        count(seat, now - stageBegan, now, timeout);
        seat.watch.judge(stage.instance());
        if (stage.observes()) {
            report = null;
            nextObserver++;
        } else {
            next++;
        }
        enqueue();
    }

    /** The engine has no thread for this message: it stops, because nobody can say that it is harmless. */
    private void giveUp(String why) {
        verdict.overloaded(why);
        Report last = verdict.report();
        settle(last);
        tellFaults(last.cleared());
        snapshot.release();
        PolicyResult decided = verdict.result(last);
        // Neither the caller's nor the watchdog's thread is one to run the host's continuation on.
        result.completeAsync(() -> decided);
    }

    ExchangeImpl exchange() {
        return exchange;
    }

    boolean replayed() {
        return purpose == Purpose.REPLAY;
    }

    Inbound message() {
        return message;
    }

    Optional<Message> request() {
        return request;
    }

    Verdict verdict() {
        return verdict;
    }
}
