package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.policy.internal.FakePlugins.Middleware;
import org.sallyport.policy.internal.FakePlugins.Security;
import org.sallyport.spi.config.Configuration;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/** An engine with what surrounds it. Waits are generous: they only end early. */
final class Bench implements AutoCloseable, PluginFaults {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A rule by which no breaker opens in a test. */
    static final Breaker.Rule PATIENT = new Breaker.Rule(64, 64, Duration.ofMinutes(1), 1_000, Duration.ofHours(1));

    /** Allows everything. */
    static final Security ALLOWS = call -> PolicyDecision.allow();

    /** Has no opinion. */
    static final Middleware PASSES = call -> PolicyDecision.pass();

    /** A message with something in it. */
    static final Document REQUEST =
            json("{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'text':'s3cret','n':1}}");

    /** What was reported, as {@code plugin: cause}. */
    final List<String> reports = new CopyOnWriteArrayList<>();

    /** What was quarantined, as {@code plugin: cause}. */
    final List<String> quarantined = new CopyOnWriteArrayList<>();

    final Engine engine;
    private final CountDownLatch end = new CountDownLatch(1);

    Bench() {
        this(PATIENCE, PATIENT);
    }

    Bench(Duration deadline, Breaker.Rule rule) {
        engine = new Engine(options(deadline, rule), this);
        engine.types(FakePlugins.TYPES);
        engine.settings(Optional.of(FakePlugins.SETTINGS));
    }

    static Options options(Duration deadline, Breaker.Rule rule) {
        return new Options(Set.of(Options.INTERNAL), deadline, 16, rule);
    }

    @Override
    public void quarantine(String plugin, String cause) {
        quarantined.add(plugin + ": " + cause);
    }

    @Override
    public void report(String plugin, String cause) {
        reports.add(plugin + ": " + cause);
    }

    /** Shortens the deadline of passes once the plugins are configured, which takes the same one. */
    Bench deadline(Duration deadline) {
        Options now = options(deadline, PATIENT);
        engine.options(now);
        return this;
    }

    /** A document, with single quotes for double ones. */
    static Document json(String text) {
        try {
            return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static Configuration.Snapshot configuration(String json) {
        Map<String, Document> entries = new LinkedHashMap<>(json(json).members());
        return new Configuration.Snapshot(1, entries);
    }

    /** Puts plugins in service by a configuration; the stage of the switch. */
    CompletableFuture<Void> serve(FakePlugins plugins, String configuration) {
        engine.changed(configuration(configuration));
        return engine.switchTo(plugins).toCompletableFuture();
    }

    Exchange begin(String server) {
        return engine.begin(new Party(server, "session", "someone", "tenant", false));
    }

    static Inbound request(Document document) {
        return new Inbound(
                Message.MCP,
                Message.REQUEST,
                document.get("method").text(""),
                document,
                document.toJson().length());
    }

    static Inbound response(String method, Document document) {
        return new Inbound(
                Message.MCP,
                Message.RESPONSE,
                method,
                document,
                document.toJson().length());
    }

    PolicyResult pass() {
        return pass(REQUEST);
    }

    PolicyResult pass(Document document) {
        return pass("", document);
    }

    PolicyResult pass(String server, Document document) {
        return await(engine.pass(begin(server), request(document), Optional.empty()));
    }

    CompletableFuture<PolicyResult> passing() {
        return engine.pass(begin(""), request(REQUEST), Optional.empty()).toCompletableFuture();
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("It did not complete", e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void until(String what, BooleanSupplier happened) {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(limit);
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Waits until the test is over, whoever interrupts it. */
    void hang() {
        hang(end);
    }

    /** Waits for that, whoever interrupts it. */
    static void hang(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // As a plugin that does not listen.
            }
        }
    }

    /** A change of the message's text. */
    static PolicyDecision saying(PolicyCall call, String text) {
        Document message = call.message().document();
        return PolicyDecision.modify(
                message.with("params", message.get("params").with("text", Document.of(text))),
                "changed to " + text,
                "changed");
    }

    List<String> places(String server) {
        List<String> places = new ArrayList<>();
        engine.chain(server).stream().filter(e -> e.place() > 0).forEach(e -> places.add(e.instance()));
        return places;
    }

    ChainEntry entry(String server, String instance) {
        return engine.chain(server).stream()
                .filter(e -> e.instance().equals(instance))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        end.countDown();
        engine.close();
    }
}
