package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.api.document.Document;
import org.sallyport.it.LargeAnswers.Shape;

/** Results of 15 and of 50 MiB, over the shipped chain. {@code -Dlarge.heap=find} prints the least heap that each kind needs. */
@Tag("long")
@DisplayName("A gateway with little heap")
class LargeMessagesIT {
    private static final int SIZE = 15 << 20;

    /** What the gateway takes without any message, in MB. */
    private static final int EMPTY = 28;

    /** Messages may have an eighth of the heap, so this lets one of the size in. */
    private static final int ENOUGH = EMPTY + 8 * (SIZE >> 20);

    private static final int HUGE = 50 << 20;

    /** What a server may send at most if nothing else is configured. */
    private static final int MOST = 64 << 20;

    /** How a server says it. */
    private enum Form {
        JSON,
        EVENTS,
        LINES
    }

    @TempDir
    private Path folder;

    private int homes;

    private SallyportProcess gateway(int megabytes, String... upstream) throws Exception {
        Path home = folder.resolve("home" + ++homes);
        Files.createDirectories(home.resolve("conf"));
        // A plugin's time is not what is looked at, on a machine that is busy.
        Files.writeString(home.resolve("conf/patient.json"), "{\"org.sallyport.policy\":{\"deadline.millis\":120000}}");
        // The young generation takes no large array, so what is left is what messages have.
        List<String> options =
                List.of("-XX:+UseSerialGC", "-Xmn16m", "-Xmx" + megabytes + "m", "-XX:+ExitOnOutOfMemoryError");
        return SallyportProcess.run(home, options, upstream);
    }

    private static String[] upstream(Form form, LargeAnswers server) {
        return form == Form.LINES
                ? new String[] {
                    "--upstream-cmd",
                    String.join(
                            " ",
                            Path.of(System.getProperty("it.java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-cp",
                            Path.of("target/test-classes").toAbsolutePath().toString(),
                            LargeAnswers.class.getName())
                }
                : new String[] {"--upstream", server.url().toString()};
    }

    private static Document call(McpSession session, Shape shape, int bytes) throws Exception {
        return session.call(shape.name().toLowerCase(Locale.ROOT), Document.object("bytes", Document.of(bytes)));
    }

    private static Stream<Arguments> kinds() {
        Stream<Arguments> all = Stream.of(Shape.values()).map(shape -> Arguments.of(Form.EVENTS, shape));
        return Stream.concat(
                all, Stream.of(Arguments.of(Form.JSON, Shape.ADDRESSES), Arguments.of(Form.LINES, Shape.ADDRESSES)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("passes a large result whole, and without what a filter takes out")
    void passes(Form form, Shape shape) throws Exception {
        try (LargeAnswers server = new LargeAnswers(form == Form.EVENTS);
                SallyportProcess gateway = gateway(ENOUGH, upstream(form, server))) {
            Document result = call(McpSession.open(gateway.mcp()), shape, SIZE).get("result");

            String sent = result.toJson();
            if (shape == Shape.ADDRESSES) {
                assertThat(sent).doesNotContain("ada@example.org").contains("[EMAIL REDACTED by Sallyport]");
                assertThat(sent.replace("[EMAIL REDACTED by Sallyport]", "ada@example.org")
                                .equals(shape.text(SIZE)))
                        .as("all else is as it was")
                        .isTrue();
            } else {
                assertThat(sent.equals(shape.text(SIZE))).as("it is as it was").isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    @DisplayName("passes 50 MiB with 512 MB and else its defaults, or says why not, while others go on")
    void huge(Form form) throws Exception {
        try (LargeAnswers server = new LargeAnswers(form == Form.EVENTS);
                SallyportProcess gateway = SallyportProcess.run(
                        folder.resolve("home"),
                        List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
                        upstream(form, server));
                Others others = new Others(gateway)) {
            McpSession session = McpSession.open(gateway.mcp());
            for (Shape shape : List.of(Shape.ROWS, Shape.ADDRESSES, Shape.PICTURE)) {
                Document answer = call(session, shape, HUGE);
                assertThat(answer.has("result"))
                        .as("%s: %s", shape, shown(answer))
                        .isTrue();
                assertThat(answer.get("result")
                                .toJson()
                                .replace("[EMAIL REDACTED by Sallyport]", "ada@example.org")
                                .equals(shape.text(HUGE)))
                        .as("all of it is there")
                        .isTrue();
            }
            Document text = call(session, Shape.TEXT, HUGE);
            assertThat(text.at("error", "data", "reasonCode").text("")).isEqualTo("content_size_exceeded");
            Document most = call(session, Shape.ROWS, MOST + 1_000);
            // The room of this heap is as large as the longest message, so either bound may be the first.
            assertThat(most.at("error", "message").text("")).containsAnyOf("max.line.bytes", "max.bodies.bytes");

            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                Callable<Document> one = () -> call(McpSession.open(gateway.mcp()), Shape.ROWS, HUGE);
                for (Future<Document> each : threads.invokeAll(List.of(one, one, one, one))) {
                    if (each.get().has("error")) {
                        assertThat(each.get().at("error", "message").text(""))
                                .contains("there is no room", "max.bodies.bytes");
                    }
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(call(session, Shape.ROWS, HUGE).has("result")).isTrue();
            System.out.printf(Locale.ROOT, "large: %s: others had %d calls meanwhile%n", form, others.end());
            assertThat(gateway.log()).doesNotContain("OutOfMemoryError", "suspended", "quarantined");
        }
    }

    private static String shown(Document answer) {
        String text = answer.toJson();
        return text.substring(0, Math.min(500, text.length()));
    }

    /** A client with small calls, each of which has to succeed. */
    private static final class Others implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<Integer> calls;

        Others(SallyportProcess gateway) {
            calls = thread.submit(() -> {
                McpSession session = McpSession.open(gateway.mcp());
                int done = 0;
                while (!over.get()) {
                    Document answer = call(session, Shape.ROWS, 1_024);
                    // A machine that stands still for two seconds, collecting garbage or for others, is none of the
                    // bounds.
                    boolean stoodStill =
                            answer.at("error", "data", "reasonCode").text("").equals("overloaded");
                    assertThat(answer.has("result") || stoodStill)
                            .as(answer.toJson())
                            .isTrue();
                    done++;
                    Thread.sleep(20);
                }
                return done;
            });
        }

        int end() throws Exception {
            over.set(true);
            return calls.get();
        }

        @Override
        public void close() {
            over.set(true);
            thread.shutdownNow();
        }
    }

    @Test
    @DisplayName("gives many clients at once their large results or tells them why not, and goes on")
    void many() throws Exception {
        int clients = 8;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try (LargeAnswers server = new LargeAnswers(true);
                SallyportProcess gateway = gateway(256, upstream(Form.EVENTS, server))) {
            List<Callable<Document>> calls = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                calls.add(() -> call(McpSession.open(gateway.mcp()), Shape.ROWS, SIZE));
            }
            int whole = 0;
            for (Future<Document> answer : threads.invokeAll(calls)) {
                Document said = answer.get();
                if (said.has("result")) {
                    whole++;
                } else {
                    assertThat(said.at("error", "message").text("")).contains("there is no room", "max.bodies.bytes");
                }
            }
            System.out.printf(Locale.ROOT, "large: %d of %d clients got their results%n", whole, clients);

            assertThat(whole).isPositive();
            assertThat(call(McpSession.open(gateway.mcp()), Shape.ROWS, SIZE).has("result"))
                    .isTrue();
            assertThat(gateway.log()).doesNotContain("OutOfMemoryError");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("tells how little it needs")
    @EnabledIfSystemProperty(named = "large.heap", matches = "find")
    void least() throws Exception {
        for (Form form : Form.values()) {
            try (LargeAnswers server = new LargeAnswers(form == Form.EVENTS)) {
                int empty = least(Shape.ROWS, 1_024, upstream(form, server));
                for (Shape shape : Shape.values()) {
                    int needed = least(shape, SIZE, upstream(form, server));
                    System.out.printf(
                            Locale.ROOT,
                            "large: %s %s: %d MB, of which %d for nothing: %.1f for each byte%n",
                            form,
                            shape,
                            needed,
                            empty,
                            (needed - empty) * (double) (1 << 20) / SIZE);
                }
            }
        }
    }

    private int least(Shape shape, int bytes, String... upstream) throws Exception {
        int no = 20;
        int yes = 512;
        while (yes - no > 4) {
            int middle = (no + yes) / 2;
            if (comesThrough(shape, bytes, middle, upstream)) {
                yes = middle;
            } else {
                no = middle;
            }
        }
        return yes;
    }

    private boolean comesThrough(Shape shape, int bytes, int megabytes, String... upstream) throws Exception {
        Path conf = folder.resolve("home" + (homes + 1) + "/conf");
        Files.createDirectories(conf);
        Files.writeString(conf.resolve("room.json"), "{\"org.sallyport.gateway\":{\"max.bodies.bytes\":1073741824}}");
        try (SallyportProcess gateway = gateway(megabytes, upstream)) {
            try {
                return call(McpSession.open(gateway.mcp()), shape, bytes).has("result");
            } finally {
                gateway.kill();
            }
        } catch (IOException | java.util.NoSuchElementException e) {
            // It ended for want of memory, or could not begin.
            return false;
        }
    }
}
