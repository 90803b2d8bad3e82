package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.api.hook.Hooks;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;

/**
 * What a worker costs, through the launcher; prints its figures. Short by default, to see that it runs;
 * {@code -Dworker.calls=50000 -Dworker.rounds=20} for figures that mean something.
 */
@DisplayName("Figures of workers")
class WorkerFiguresIT {
    private static final int CALLS = Integer.getInteger("worker.calls", 2_000);
    private static final int ROUNDS = Integer.getInteger("worker.rounds", 2);

    @TempDir
    private Path folder;

    private Sallyport start(String configuration) throws Exception {
        Path home = folder.resolve("home");
        Signer.trust(
                home,
                Document.object(
                        "tests",
                        Signer.TESTS.publisher("untrusted", "*").with("consent", Document.array(Document.of("*")))));
        return Sallyport.builder()
                .home(home)
                .configuration(configuration)
                .property("sallyport.worker.failures", "1000")
                .property("sallyport.limit.start.millis", "60000")
                .start();
    }

    private static void print(String what, double[] micros) {
        Arrays.sort(micros);
        System.out.printf(
                "worker: %s: min %.1f, p50 %.1f, p90 %.1f, p99 %.1f us of %d%n",
                what,
                micros[0],
                micros[micros.length / 2],
                micros[(int) (micros.length * 0.9)],
                micros[(int) (micros.length * 0.99)],
                micros.length);
    }

    @Test
    @DisplayName("of a call with 1 KB")
    void calls() throws Exception {
        try (Sallyport sallyport = start("{}")) {
            Signer.TESTS.install(sallyport, WorkerPlugins.chorus("chorus"));
            Hooks.FilterHook<String> hook = sallyport.hooks("test").filter("greeting", String.class);
            String text = "x".repeat(1_024);
            double[] micros = new double[CALLS];
            for (int i = -CALLS; i < CALLS; i++) {
                long start = System.nanoTime();
                String answer = hook.apply(text);
                if (i >= 0) {
                    micros[i] = (System.nanoTime() - start) / 1e3;
                }
                assertThat(answer.length()).isGreaterThan(1_024);
            }
            print("call of a hook with 1 KB", micros);
        }
    }

    @Test
    @DisplayName("of a policy decision, a start from a worker that stands by, and the end of one that hangs")
    void life() throws Exception {
        try (Sallyport sallyport = start("{\"obedient\": {}, \"org.sallyport.policy\": {\"deadline.millis\": 500}}")) {
            Signer.TESTS.install(
                    sallyport, WorkerPlugins.obedient("obedient", "1.0.0").build());
            double[] micros = new double[CALLS];
            for (int i = -CALLS; i < CALLS; i++) {
                long start = System.nanoTime();
                String answer = tell(sallyport, "greet");
                if (i >= 0) {
                    micros[i] = (System.nanoTime() - start) / 1e3;
                }
                assertThat(answer).isEqualTo("hello from 1.0.0");
            }
            print("pass of a message", micros);

            double[] restarts = new double[ROUNDS];
            double[] kills = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                Await.until("it answers", () -> tell(sallyport, "greet").equals("hello from 1.0.0"));
                // The next one has to stand by, and be connected, before its start can be a warm one.
                Thread.sleep(1_500);
                long loop = System.nanoTime();
                ProcessHandle worker = ProcessHandle.current()
                        .children()
                        .min(java.util.Comparator.comparing(
                                one -> one.info().startInstant().orElseThrow()))
                        .orElseThrow();
                tell(sallyport, "loop");
                while (worker.isAlive()) {
                    Thread.onSpinWait();
                }
                long gone = System.nanoTime();
                kills[i] = (gone - loop) / 1e3 - 500_000;
                while (!tell(sallyport, "greet").equals("hello from 1.0.0")) {
                    Thread.onSpinWait();
                }
                restarts[i] = (System.nanoTime() - gone) / 1e3;
                // Failures in a row wait longer and longer; this is about those that do not wait.
                sallyport.plugins().disable("obedient");
                sallyport.plugins().enable("obedient");
            }
            print("from the deadline to the end of a worker that loops", kills);
            print("from its end to the next answer", restarts);
        }
    }

    private static String tell(Sallyport sallyport, String what) throws Exception {
        Document message = Document.object("jsonrpc", Document.of("2.0"))
                .with("id", Document.of(1))
                .with("method", Document.of("tools/call"))
                .with("params", Document.object("do", Document.of(what)).with("pad", Document.of("x".repeat(900))));
        PolicyResult result = sallyport
                .policy()
                .pass(
                        sallyport.policy().begin(new Party("", "", "", "", false)),
                        new Inbound("mcp", "request", "tools/call", message, 1_000),
                        Optional.empty())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        return result.report().stages().stream().map(stage -> stage.reason()).reduce("", String::concat);
    }
}
