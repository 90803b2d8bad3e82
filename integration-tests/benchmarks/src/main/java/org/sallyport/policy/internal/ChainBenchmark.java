package org.sallyport.policy.internal;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sallyport.api.config.Settings;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.plugin.auditcsv.internal.AuditCsv;
import org.sallyport.plugin.auditjsonl.internal.AuditJsonl;
import org.sallyport.plugin.injection.internal.InjectionDefence;
import org.sallyport.plugin.pii.internal.PiiFilter;
import org.sallyport.plugin.secrets.internal.SecretsFilter;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.InstanceConfig;
import org.sallyport.spi.policy.InstanceConfig.Placement;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;
import org.sallyport.spi.policy.PolicyEngine.StandIn;
import org.sallyport.spi.policy.PolicyEngine.Trial;
import org.sallyport.spi.policy.PolicyType;
import org.sallyport.type.auditing.internal.AuditingType;
import org.sallyport.type.security.internal.SecurityType;

/**
 * A message of 1 KB through chains of several lengths, with threads, deadlines, breakers and statistics as in service.
 * Messages come in batches, as they do under load; read the CPU time, which counts all threads.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class ChainBenchmark {
    private static final int BATCH = 256;
    private static final Party PARTY = new Party("server", "session", "", "", false);

    /** Members that allow everything; {@code shipped} are three filters and two audit files. */
    @Param({"0", "1", "5", "20", "shipped"})
    public String members;

    private Engine engine;
    private Trial trial;
    private Inbound message;
    private Path folder;

    @Setup
    public void begin() throws IOException, JsonException {
        folder = Files.createTempDirectory("chain");
        engine = new Engine(Options.defaults(), new PluginFaults() {
            @Override
            public void quarantine(String plugin, String cause) {
                throw new IllegalStateException(plugin + ": " + cause);
            }

            @Override
            public void report(String plugin, String cause) {
                throw new IllegalStateException(plugin + ": " + cause);
            }
        });
        engine.types(List.of(new SecurityType(), new AuditingType()));
        trial = engine.trial(List.of(), members.equals("shipped") ? shipped() : passing(Integer.parseInt(members)));
        byte[] bytes = request().getBytes(StandardCharsets.UTF_8);
        message = new Inbound(Message.MCP, Message.REQUEST, "tools/call", Json.read(bytes), bytes.length);
    }

    private static List<StandIn> passing(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new StandIn("security", config("member~" + i), new PolicyType.Member() {
                    @Override
                    public PolicyDecision decide(org.sallyport.api.policy.PolicyCall call) {
                        return PolicyDecision.allow();
                    }
                }))
                .toList();
    }

    private List<StandIn> shipped() {
        PluginContext context = (PluginContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PluginContext.class},
                (proxy, method, arguments) -> folder);
        SecurityType security = new SecurityType();
        AuditingType auditing = new AuditingType();
        List<StandIn> all = new ArrayList<>();
        add(all, "security", "secrets", security.configure(new SecretsFilter(), settings(Map.of("action", "block"))));
        add(all, "security", "pii", security.configure(new PiiFilter(), settings(Map.of("action", "redact"))));
        add(
                all,
                "security",
                "injection",
                security.configure(new InjectionDefence(), settings(Map.of("action", "redact"))));
        add(
                all,
                "auditing",
                "jsonl",
                auditing.configure(new AuditJsonl(context), settings(Map.of("output_file", "audit.jsonl"))));
        add(
                all,
                "auditing",
                "csv",
                auditing.configure(new AuditCsv(context), settings(Map.of("output_file", "audit.csv"))));
        return all;
    }

    private static void add(List<StandIn> all, String type, String instance, PolicyType.Member member) {
        all.add(new StandIn(type, config(instance), member));
    }

    private static InstanceConfig config(String instance) {
        return new InstanceConfig(
                instance, Optional.of(new Placement(true, true, Optional.empty(), Document.EMPTY_OBJECT)), Map.of());
    }

    private static Settings settings(Map<String, String> values) {
        Document document = Document.EMPTY_OBJECT;
        for (Map.Entry<String, String> value : values.entrySet()) {
            document = document.with(value.getKey(), Document.of(value.getValue()));
        }
        return new GivenSettings(document);
    }

    private record GivenSettings(Document document) implements Settings {
        @Override
        public String instance() {
            return "given";
        }

        @Override
        public org.sallyport.api.plugin.Scope scope() {
            return org.sallyport.api.plugin.Scope.GLOBAL;
        }

        @Override
        public <A extends java.lang.annotation.Annotation> A as(Class<A> definition) {
            throw new UnsupportedOperationException();
        }
    }

    private static String request() {
        String text = "The quarterly report is ready for review, and the figures of the third region were corrected. ";
        return "{\"jsonrpc\":\"2.0\",\"id\":17,\"method\":\"tools/call\",\"params\":{\"name\":\"notes_append\","
                + "\"arguments\":{\"title\":\"Report\",\"text\":\"" + text.repeat(9) + "\"}}}";
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int pass() {
        List<CompletableFuture<PolicyResult>> passes = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            passes.add(
                    trial.pass(engine.begin(PARTY), message, Optional.empty()).toCompletableFuture());
        }
        int unchanged = 0;
        for (CompletableFuture<PolicyResult> pass : passes) {
            unchanged += pass.join().unchanged() ? 1 : 0;
        }
        if (unchanged != BATCH) {
            throw new IllegalStateException("Only [" + unchanged + "] messages passed unchanged");
        }
        return unchanged;
    }

    @TearDown(Level.Trial)
    public void end() throws IOException {
        trial.close();
        engine.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
