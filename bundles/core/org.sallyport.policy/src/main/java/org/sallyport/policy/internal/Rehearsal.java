package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.sallyport.api.policy.Message;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * A chain beside the one in service, over the same plugins, with members, threads, breakers and accounts of its own: whatever a
 * message does to it, the chain in service does not notice. No observer hears of a message. Thread-safe.
 */
final class Rehearsal implements AutoCloseable {
    /** Most threads; one works, the others stand in for those that a plugin keeps. */
    static final int MAX_THREADS = 16;

    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Never suspends for long: a suspension would hide what is decided of the messages after it. */
    private static final Breaker.Rule NO_BREAKER =
            new Breaker.Rule(64, 64, Duration.ZERO, Integer.MAX_VALUE, Duration.ZERO);

    private static final PluginFaults NOBODY = new PluginFaults() {
        @Override
        public void quarantine(String plugin, String cause) {
            // Here it is not called any more, and that is all.
        }

        @Override
        public void report(String plugin, String cause) {
            // Its failures are part of what was asked for.
        }
    };

    private final Snapshot base;
    private final Snapshot own;
    private final Seating seating;
    private final HostThreads threads;
    private final Watchdog watchdog;
    private final Pass.Machine machine;
    private final ExchangeIds ids = new ExchangeIds();
    private final Duration deadline;

    private Rehearsal(
            Snapshot base,
            Snapshot own,
            Seating seating,
            HostThreads threads,
            Watchdog watchdog,
            Pass.Machine machine,
            Duration deadline) {
        this.base = base;
        this.own = own;
        this.seating = seating;
        this.threads = threads;
        this.watchdog = watchdog;
        this.machine = machine;
        this.deadline = deadline;
    }

    /**
     * Compiles a chain. Waits for plugins that have to be configured.
     *
     * @param change makes what is configured there of what is configured in service
     * @throws RefusedException if that cannot be
     */
    static Rehearsal of(Publisher publisher, UnaryOperator<List<Entry>> change) {
        // The lease keeps the plugins from being stopped as long as this needs them.
        Snapshot base = publisher.lease();
        HostThreads threads = new HostThreads(MAX_THREADS, IDLE);
        Watchdog watchdog = new Watchdog(threads);
        try {
            Compiler.Input now = publisher.input();
            Options options = quiet(now.options());
            Compiler.Input input = new Compiler.Input(
                    now.set(),
                    change.apply(now.entries()),
                    now.standIns(),
                    now.types(),
                    options,
                    now.autojoin(),
                    now.settings());
            PluginCalls calls = new PluginCalls(threads, watchdog);
            Seating seating = new Seating(calls, NOBODY);
            List<Problem> problems = new Examiner(input, seating).examine(input.entries());
            if (!problems.isEmpty()) {
                throw new RefusedException(problems);
            }
            Snapshot own =
                    new Compiler(seating).compile(input, Snapshot.empty()).snapshot();
            Pass.Machine machine = new Pass.Machine(
                    threads, watchdog, new Couriers(calls, options.deadline()), new Shadows(MAX_THREADS));
            return new Rehearsal(base, own, seating, threads, watchdog, machine, options.deadline());
        } catch (RuntimeException | Error e) {
            end(threads, watchdog);
            base.release();
            throw e;
        }
    }

    private static Options quiet(Options now) {
        return new Options(now.autojoin(), now.deadline(), MAX_THREADS, NO_BREAKER, now.levels());
    }

    /** What was to be tried is not valid. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<Problem> problems;

        RefusedException(List<Problem> problems) {
            super(problems.get(0).toString());
            this.problems = List.copyOf(problems);
        }

        List<Problem> problems() {
            return problems;
        }
    }

    ExchangeImpl begin(Party party) {
        return new ExchangeImpl(ids.next(), party);
    }

    /** The same as {@link Engine#pass}, for a message that was recorded. */
    CompletableFuture<PolicyResult> pass(ExchangeImpl exchange, Inbound message, Optional<Message> request) {
        Chain chain = own.chain(exchange.server());
        if (!own.tryLease()) {
            throw new IllegalStateException("The rehearsal was closed");
        }
        if (chain.deciders.length == 0) {
            own.release();
            Verdict nobody = new Verdict(exchange, message, request, false);
            return CompletableFuture.completedFuture(nobody.result(nobody.report()));
        }
        return new Pass(machine, own, chain, exchange, message, request, deadline, Pass.Purpose.REPLAY).start();
    }

    /** Returns when the members are closed, or had their time. */
    @Override
    public void close() {
        CompletableFuture<Void> closed = own.retire()
                .thenCompose(nothing -> seating.close(own.releaseSeats()))
                .whenComplete((nothing, thrown) -> base.release());
        closed.copy()
                .completeOnTimeout(null, Seating.CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        end(threads, watchdog);
    }

    private static void end(HostThreads threads, Watchdog watchdog) {
        threads.stop();
        watchdog.close();
        threads.close();
    }
}
