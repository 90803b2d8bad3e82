package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.policy.internal.Entries.Entry;
import org.sallyport.policy.internal.recording.TrafficRecorder;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.CallCounter;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;
import org.sallyport.spi.plugin.PluginSettings;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyType;

/** The policy engine without OSGi. Thread-safe. */
final class Engine
        implements PolicyEngine,
                PluginConsumer,
                PluginSettings,
                Configuration.Listener,
                Configuration.Validator,
                AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final HostThreads threads;
    private final Watchdog watchdog;
    private final Seating seating;
    private final Compiler compiler;
    private final Couriers couriers;
    private final Publisher publisher;
    private final Shadows shadows;
    private final Pass.Machine machine;
    private final ExchangeIds ids = new ExchangeIds();
    private volatile @Nullable TrafficRecorder recorder;
    private volatile boolean stopped;

    /**
     * @param options to begin with
     * @param faults told of plugins that fail, and of those that must not go on
     */
    Engine(Options options, PluginFaults faults) {
        this(options, faults, Complaints.PATIENCE);
    }

    /** @param patience how long an instance may be missing before that is warned of */
    Engine(Options options, PluginFaults faults, Duration patience) {
        this.threads = new HostThreads(options.maxThreads(), IDLE);
        this.watchdog = new Watchdog(threads);
        PluginCalls calls = new PluginCalls(threads, watchdog);
        this.seating = new Seating(calls, faults);
        this.compiler = new Compiler(seating);
        this.couriers = new Couriers(calls, options.deadline());
        this.publisher = new Publisher(compiler, seating, couriers, options, patience);
        this.shadows = new Shadows(options.maxThreads());
        this.machine = new Pass.Machine(threads, watchdog, couriers, shadows);
    }

    @Override
    public Exchange begin(Party party) {
        return new ExchangeImpl(ids.next(), party);
    }

    @Override
    public CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request) {
        CompletableFuture<PolicyResult> passed =
                pass(publisher.lease(), exchange, message, request, Pass.Purpose.SERVE);
        TrafficRecorder records = recorder;
        return records == null
                ? passed
                : passed.whenComplete((result, none) -> records.passed(exchange, message, result));
    }

    /** Has messages recorded from now on, or no more. */
    void recorder(@Nullable TrafficRecorder next) {
        recorder = next;
    }

    /**
     * An engine beside this one over the same plugins, told nothing of this one's and telling nobody of its own.
     *
     * @param change makes what is configured there of what is configured here
     */
    Rehearsal rehearse(UnaryOperator<List<Entry>> change) {
        return Rehearsal.of(publisher, change);
    }

    /** Passes a message without telling the observers, for trying it out. */
    CompletionStage<PolicyResult> tryOut(Exchange exchange, Inbound message, Optional<Message> request) {
        return pass(publisher.lease(), exchange, message, request, Pass.Purpose.TRY);
    }

    private CompletableFuture<PolicyResult> pass(
            Snapshot leased, Exchange exchange, Inbound message, Optional<Message> request, Pass.Purpose purpose) {
        return pass(leased, leased.chain(exchange.server()), exchange, message, request, purpose);
    }

    private CompletableFuture<PolicyResult> pass(
            Snapshot leased,
            Chain chain,
            Exchange exchange,
            Inbound message,
            Optional<Message> request,
            Pass.Purpose purpose) {
        if (!(exchange instanceof ExchangeImpl own)) {
            leased.release();
            throw new IllegalArgumentException("The exchange [" + exchange.id() + "] was not begun by this engine");
        }
        // After the lease: whoever finds the chain empty because the engine was stopped finds it stopped as well.
        if (stopped) {
            leased.release();
            Verdict nobody = new Verdict(own, message, request, false);
            nobody.overloaded(HostThreads.STOPPED);
            return CompletableFuture.completedFuture(nobody.result(nobody.report()));
        }
        if (chain.isEmpty() || purpose == Pass.Purpose.TRY && chain.deciders.length == 0) {
            leased.release();
            Verdict nobody = new Verdict(own, message, request, false);
            return CompletableFuture.completedFuture(nobody.result(nobody.report()));
        }
        return new Pass(
                        machine,
                        leased,
                        chain,
                        own,
                        message,
                        request,
                        publisher.input().options().deadline(),
                        purpose)
                .start();
    }

    @Override
    public Optional<CompletionStage<PolicyResult>> alone(
            Exchange exchange, String instance, Inbound message, Optional<Message> request) {
        Snapshot leased = publisher.lease();
        Optional<Chain> one = leased.chain(exchange.server()).alone(instance);
        if (one.isEmpty()) {
            leased.release();
        }
        return one.map(chain -> pass(leased, chain, exchange, message, request, Pass.Purpose.TRY));
    }

    @Override
    public boolean isEmpty(String server) {
        return publisher.current().chain(server).isEmpty() && !stopped && recorder == null;
    }

    @Override
    public List<ChainEntry> chain(String server) {
        return publisher.current().chain(server).entries;
    }

    /** The calls of a plugin's members, in all chains. */
    List<CallCounter.Calls> callsOf(String plugin) {
        return publisher.current().seats.stream()
                .filter(seat -> seat.origin.plugin().equals(plugin))
                .map(Engine::calls)
                .toList();
    }

    @Override
    public Document inForce(String name) {
        return Carried.inForce(publisher.current().seats, name);
    }

    @Override
    public Document configured(Collection<String> instances) {
        return Carried.configured(publisher.input().entries(), instances);
    }

    private static CallCounter.Calls calls(Seat seat) {
        Histogram.Summary times = seat.times.summary();
        String server = seat.scope().server();
        return new CallCounter.Calls(
                seat.instance() + (server.isEmpty() ? "" : " for server " + server),
                times.count(),
                seat.errors.sum(),
                times.p50(),
                seat.breaker.state() != Breaker.State.CLOSED);
    }

    /** What those did who only see messages. */
    Shadows shadows() {
        return shadows;
    }

    /** Those of a server who only see messages. */
    List<Stage> shadowsOf(String server) {
        return Stream.of(publisher.current().chain(server).shadows)
                .map(Chain.Shadow::stage)
                .toList();
    }

    /** The servers that have a chain of their own. */
    Set<String> servers() {
        return publisher.current().servers.keySet();
    }

    /** What the members of a chain did so far. */
    List<ChainStatistics> statistics(String server) {
        return ChainStatistics.of(publisher.current().chain(server));
    }

    @Override
    public Trial trial(Collection<InstanceConfig> instances, Collection<StandIn> standIns) {
        // The lease keeps the plugins that the trial is about from being stopped under it.
        Snapshot base = publisher.lease();
        Compiler.Output output;
        try {
            output = compiler.compile(trialInput(instances, standIns), Snapshot.empty());
        } catch (RuntimeException | Error e) {
            base.release();
            throw e;
        }
        TrialImpl trial = new TrialImpl(base, output.snapshot());
        if (!output.refusals().isEmpty()) {
            trial.end();
            throw output.refusals().get(0);
        }
        return trial;
    }

    private Compiler.Input trialInput(Collection<InstanceConfig> instances, Collection<StandIn> standIns) {
        Compiler.Input now = publisher.input();
        return new Compiler.Input(
                now.set(),
                instances.stream().map(Entry::of).toList(),
                List.copyOf(standIns),
                now.types(),
                now.options(),
                false,
                now.settings());
    }

    private final class TrialImpl implements Trial {
        private final Snapshot base;
        private final Snapshot own;
        private final AtomicBoolean closed = new AtomicBoolean();

        TrialImpl(Snapshot base, Snapshot own) {
            this.base = base;
            this.own = own;
        }

        @Override
        public CompletionStage<PolicyResult> pass(Exchange exchange, Inbound message, Optional<Message> request) {
            if (!own.tryLease()) {
                throw new IllegalStateException("The trial was closed");
            }
            return Engine.this.pass(own, exchange, message, request, Pass.Purpose.SERVE);
        }

        @Override
        public List<ChainEntry> chain(String server) {
            return own.chain(server).entries;
        }

        /** Returns when the members are closed, or had their time. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                end().copy()
                        .completeOnTimeout(null, Seating.CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS)
                        .join();
            }
        }

        /** The plugins may be stopped when the last call ended, however long that takes. */
        private CompletableFuture<Void> end() {
            return own.retire()
                    .thenCompose(nothing -> publisher.close(own))
                    .whenComplete((nothing, thrown) -> base.release());
        }
    }

    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        return publisher.change(now -> new Compiler.Input(
                next, now.entries(), now.standIns(), now.types(), now.options(), now.autojoin(), now.settings()));
    }

    @Override
    public void changed(Configuration.Snapshot next) {
        List<Entry> entries = Entries.read(next);
        publisher.change(now -> new Compiler.Input(
                now.set(), entries, now.standIns(), now.types(), now.options(), now.autojoin(), now.settings()));
    }

    /** Other plugin types are there now. */
    void types(List<PolicyType<?>> types) {
        types(() -> types);
    }

    /** The same; which ones are there is asked when the chain is compiled. */
    void types(Supplier<List<PolicyType<?>>> types) {
        publisher.change(now -> new Compiler.Input(
                now.set(), now.entries(), now.standIns(), types.get(), now.options(), now.autojoin(), now.settings()));
    }

    /** The configuration service came or went. */
    void settings(Optional<SettingsFactory> factory) {
        settings(() -> factory);
    }

    /** The same; which one is there is asked when the chain is compiled. */
    void settings(Supplier<Optional<SettingsFactory>> factory) {
        publisher.change(now -> new Compiler.Input(
                now.set(), now.entries(), now.standIns(), now.types(), now.options(), now.autojoin(), factory.get()));
    }

    /** Other settings of the engine hold now; messages under way keep theirs. */
    void options(Options options) {
        threads.max(options.maxThreads());
        shadows.limit(options.maxThreads());
        couriers.limit(options.deadline());
        publisher.change(now -> new Compiler.Input(
                now.set(), now.entries(), now.standIns(), now.types(), options, now.autojoin(), now.settings()));
    }

    @Override
    public List<Configuration.Problem> validate(Configuration.Snapshot candidate) {
        return new Examiner(publisher.input(), seating).examine(Entries.read(candidate));
    }

    /** Messages under way have a little time; then they are stopped, as are those that come from now on. */
    @Override
    public List<Configuration.Problem> doubts(Configuration.Snapshot candidate) {
        return new Examiner(publisher.input(), seating).doubt(Entries.read(candidate));
    }

    @Override
    public void close() {
        stopped = true;
        publisher.close();
        threads.stop();
        watchdog.close();
        threads.close();
    }
}
