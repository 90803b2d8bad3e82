package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.document.Document;
import org.sallyport.api.hook.Hooks.FilterHook;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.plugin.PluginState;

/**
 * A plugin with state is replaced every 200 ms while callers and clients do not let up. {@code -Dswap.seconds=30} is the
 * long form; the default takes about 5 seconds for the largest load and one for each of the others.
 */
@DisplayName("While a plugin is replaced every 200 ms")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwapUnderLoadIT {
    private static final int PERIOD_MILLIS = 200;

    /** Callers and clients pause a little, or two cores would have no time left to replace a plugin five times a second. */
    private static final int CALLS_AT_ONCE = 100;

    private static final long CALL_PAUSE = 1_000_000;
    private static final long MESSAGE_PAUSE = 20_000_000;

    private static final double SECONDS = Double.parseDouble(System.getProperty("swap.seconds", "4"));

    @TempDir
    private static Path folder;

    private Sallyport sallyport;
    private FilterHook<String> hook;
    private URI mcp;
    private CountingPlugin plugin;
    private int version;

    @BeforeAll
    void start() throws Exception {
        int port = SallyportProcess.freePort();
        mcp = URI.create("http://127.0.0.1:" + port + "/mcp");
        plugin = new CountingPlugin();
        sallyport = Sallyport.builder()
                .home(Signer.TESTS.trustedIn(folder.resolve("home")))
                .shipped(true)
                .hosts(true)
                .configuration("{\"org.sallyport.gateway\": {\"port\": " + port + "}}")
                .start();
        hook = sallyport.hooks("it").filter(CountingPlugin.HOOK, String.class);
        assertThat(sallyport.plugins().install(next(), "test").state()).isEqualTo(PluginState.ACTIVE);
    }

    @AfterAll
    void stop() {
        sallyport.close();
    }

    /** The next version, signed. */
    private byte[] next() {
        return Signer.TESTS.offer(sallyport, plugin.version(++version));
    }

    @ParameterizedTest(name = "[{0}] callers and [{1}] MCP clients lose nothing, and the state goes on")
    @CsvSource({"1, 0, 0.2", "2, 0, 0.2", "4, 0, 0.2", "8, 16, 1"})
    void swaps(int callers, int clients, double share) throws Exception {
        String before = hook.apply("?");
        Load calm = new Load(callers, clients).run(SECONDS * share / 2, false);
        Load swapping = new Load(callers, clients).run(SECONDS * share, true);

        assertThat(calm.problems).as("without swaps").isEmpty();
        assertThat(swapping.problems).as("with swaps").isEmpty();
        assertThat(swapping.swaps).as("swaps").isPositive();
        assertThat(swapping.versions()).as("versions that were called").hasSizeGreaterThan(1);
        assertThat(swapping.waiting).as("places where a caller waits").isEmpty();
        String total = sum(before, calm, swapping);
        Await.until(
                "the counts of all versions together: " + total,
                () -> hook.apply("?").equals(total));
        report(callers, clients, calm, swapping);
    }

    private static String sum(String before, Load calm, Load swapping) {
        String[] counts = before.split("/");
        return (Long.parseLong(counts[0]) + calm.calls.count() + swapping.calls.count()) + "/"
                + (Long.parseLong(counts[1]) + calm.messages.count() + swapping.messages.count());
    }

    private static void report(int callers, int clients, Load calm, Load swapping) {
        System.out.printf(
                Locale.ROOT,
                "swap under load: callers %d, clients %d, swaps %d of %d due, replaced in p50 %.1f ms max %.1f ms;"
                        + " hook calls %d, p99.9 %.1f us calm %.1f us, ratio %.2f, max %.1f ms calm %.1f ms%n",
                callers,
                clients,
                swapping.swaps,
                swapping.due,
                swapping.replaced.percentile(50) / 1_000,
                swapping.replaced.maxMillis(),
                swapping.calls.count(),
                swapping.calls.percentile(99.9),
                calm.calls.percentile(99.9),
                swapping.calls.percentile(99.9) / calm.calls.percentile(99.9),
                swapping.calls.maxMillis(),
                calm.calls.maxMillis());
        if (clients > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "    messages %d, p50 %.1f us calm %.1f us, p99.9 %.1f us calm %.1f us, ratio %.2f%n",
                    swapping.messages.count(),
                    swapping.messages.percentile(50),
                    calm.messages.percentile(50),
                    swapping.messages.percentile(99.9),
                    calm.messages.percentile(99.9),
                    swapping.messages.percentile(99.9) / calm.messages.percentile(99.9));
        }
        System.out.printf(
                "    callers blocked %d times, waited %d times; in %d looks seen in code of the JDK or the plugin: %s%n",
                swapping.blocked, swapping.waited, swapping.looks, swapping.elsewhere);
    }

    /** Callers and clients in closed loops, and what they saw. */
    private final class Load {
        final Latencies calls = new Latencies();
        final Latencies messages = new Latencies();
        final Latencies replaced = new Latencies();
        final Map<String, Long> problems = new ConcurrentSkipListMap<>();
        final Map<String, Long> waiting = new TreeMap<>();
        final Map<String, Long> elsewhere = new TreeMap<>();
        private final Map<String, Long> versions = new ConcurrentSkipListMap<>();
        private final AtomicBoolean stop = new AtomicBoolean();
        private final int callers;
        private final int clients;
        int swaps;
        int due;
        long looks;
        long blocked;
        long waited;

        Load(int callers, int clients) {
            this.callers = callers;
            this.clients = clients;
        }

        java.util.Set<String> versions() {
            return versions.keySet();
        }

        Load run(double seconds, boolean swapping) throws Exception {
            List<McpSession> sessions = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                sessions.add(McpSession.open(mcp));
            }
            List<Thread> calling = new ArrayList<>();
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                int number = i;
                Thread thread = new Thread(() -> call(number));
                calling.add(thread);
                all.add(thread);
            }
            for (McpSession session : sessions) {
                all.add(new Thread(() -> send(session)));
            }
            all.forEach(Thread::start);
            Thread watching = new Thread(() -> watch(calling));
            watching.start();
            long end = System.nanoTime() + (long) (seconds * 1e9);
            if (swapping) {
                swap(end);
            }
            while (System.nanoTime() < end) {
                Thread.sleep(10);
            }
            stop.set(true);
            watching.join();
            for (Thread thread : all) {
                thread.join(60_000);
                assertThat(thread.isAlive()).as("%s ends", thread).isFalse();
            }
            return this;
        }

        private void swap(long end) throws InterruptedException {
            long next = System.nanoTime();
            while (System.nanoTime() < end) {
                due++;
                long began = System.nanoTime();
                try {
                    sallyport.plugins().update(CountingPlugin.ID, next(), "test");
                    swaps++;
                } catch (RuntimeException e) {
                    problem("a swap failed: " + e);
                }
                replaced.record(System.nanoTime() - began);
                next = Math.max(next + PERIOD_MILLIS * 1_000_000L, System.nanoTime());
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            }
        }

        private void call(int number) {
            Latencies own = new Latencies();
            int last = 0;
            long pauses = 0;
            for (long i = 0; !stop.get(); i++) {
                String ticket = number + "-" + i;
                long began = System.nanoTime();
                String answer;
                try {
                    answer = hook.apply(ticket);
                } catch (RuntimeException | Error e) {
                    problem("a call threw " + e);
                    continue;
                }
                own.record(System.nanoTime() - began);
                last = judge("call", ticket, answer, last);
                if (i % CALLS_AT_ONCE == CALLS_AT_ONCE - 1) {
                    pauses++;
                    LockSupport.parkNanos(CALL_PAUSE);
                }
            }
            ThreadInfo self = ManagementFactory.getThreadMXBean()
                    .getThreadInfo(Thread.currentThread().getId());
            synchronized (calls) {
                calls.add(own);
                blocked += self.getBlockedCount();
                waited += Math.max(0, self.getWaitedCount() - pauses);
            }
        }

        private void send(McpSession session) {
            Latencies own = new Latencies();
            int last = 0;
            for (long i = 0; !stop.get(); i++) {
                String ticket = "m" + i;
                long began = System.nanoTime();
                try {
                    String answer = session.text("echo", Document.object("message", Document.of(ticket)));
                    own.record(System.nanoTime() - began);
                    last = judge("message", ticket, answer, last);
                    LockSupport.parkNanos(MESSAGE_PAUSE);
                } catch (Exception e) {
                    problem("a message threw " + e);
                }
            }
            synchronized (messages) {
                messages.add(own);
            }
        }

        /** The answer has to come from one version, not stopped, and not older than the one before. */
        private int judge(String what, String ticket, String answer, int last) {
            String own = ticket + "|1.0.";
            if (answer == null) {
                problem(what + ": null");
            } else if (answer.equals(ticket)) {
                problem(what + ": missed");
            } else if (answer.startsWith(own) && answer.indexOf('|', own.length()) < 0) {
                int number = Integer.parseInt(answer.substring(own.length()));
                if (number != last) {
                    versions.merge(answer.substring(ticket.length() + 1), 1L, Long::sum);
                }
                if (number < last) {
                    problem(what + ": back to an older version");
                }
                return number;
            } else {
                problem(what + (answer.contains("STALE") ? ": on a stopped version" : ": odd or doubled: " + answer));
            }
            return last;
        }

        private void problem(String what) {
            problems.merge(what, 1L, Long::sum);
        }

        /** Looks at the callers every few milliseconds: none may be seen waiting in code of ours. */
        private void watch(List<Thread> calling) {
            ThreadMXBean bean = ManagementFactory.getThreadMXBean();
            long[] ids = calling.stream().mapToLong(Thread::getId).toArray();
            while (!stop.get()) {
                for (ThreadInfo info : bean.getThreadInfo(ids, 60)) {
                    if (info != null) {
                        looks++;
                        look(info);
                    }
                }
                LockSupport.parkNanos(5_000_000);
            }
        }

        private void look(ThreadInfo info) {
            StackTraceElement[] stack = info.getStackTrace();
            boolean waits = List.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING)
                    .contains(info.getThreadState());
            if (!waits || stack.length == 0) {
                return;
            }
            for (StackTraceElement frame : stack) {
                if (frame.getClassName().startsWith("org.sallyport.it.")) {
                    return; // Its own pause.
                } else if (frame.getClassName().startsWith("org.sallyport.")) {
                    waiting.merge(info.getThreadState() + " at " + stack[0] + " from " + frame, 1L, Long::sum);
                    return;
                } else if (frame.getClassName().startsWith("test.")) {
                    break;
                }
            }
            elsewhere.merge(info.getThreadState() + " at " + stack[0], 1L, Long::sum);
        }
    }
}
