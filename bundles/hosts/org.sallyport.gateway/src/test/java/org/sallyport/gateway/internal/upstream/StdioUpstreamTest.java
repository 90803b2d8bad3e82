package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Room;

@DisplayName("A server that is a child process")
class StdioUpstreamTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final RecordingInbox inbox = new RecordingInbox();
    private final Room room = new Room();
    private final List<Upstream> opened = new ArrayList<>();

    @AfterEach
    void end() {
        opened.forEach(Upstream::close);
        timer.shutdownNow();
        assertThat(inbox.overlaps).hasValue(0);
    }

    private Upstream server(Map<String, Object> more, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ChildServer.class.getName()));
        command.addAll(List.of(arguments));
        Map<String, Object> values = new HashMap<>(Map.of("restart_first_millis", 10L));
        values.putAll(more);
        values.putIfAbsent("command", command.toArray(String[]::new));
        Upstream server = new StdioUpstream(Given.settings(values), timer, room, Duration.ofMillis(200));
        opened.add(server);
        return server;
    }

    private Upstream.Link begin(Upstream server, int id) {
        Upstream.Link link = server.open(Era.LEGACY, inbox);
        link.send(Given.initialize(id));
        inbox.answer(Integer.toString(id));
        return link;
    }

    /** Starts the child though it may take longer than a request has: who asks often enough is answered. */
    private Upstream.Link beginPatiently(Upstream server, int firstId) {
        Upstream.Link link = server.open(Era.LEGACY, inbox);
        untilAnswered(link, firstId, Given::initialize);
        return link;
    }

    private Frame untilAnswered(Upstream.Link link, int firstId, IntFunction<Frame> request) {
        for (int id = firstId; id < firstId + 100; id++) {
            String key = Integer.toString(id);
            link.send(request.apply(id));
            inbox.await(event -> event.startsWith("failed " + key + ":") || event.contains("\"id\":" + key + ","));
            if (inbox.events.stream().noneMatch(event -> event.startsWith("failed " + key + ":"))) {
                return inbox.answer(key);
            }
        }
        throw new AssertionError("No answer; there were " + inbox.events);
    }

    private Frame call(Upstream.Link link, int id, String tool, String value) {
        link.send(Given.call(id, tool, "{'v':'" + value + "'}"));
        return inbox.answer(Integer.toString(id));
    }

    private static String value(Frame frame) {
        return frame.document().at("result", "v").text("");
    }

    private static long pid(Frame frame) {
        return frame.document().at("result", "pid").asLong(-1);
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    @DisplayName("has one process for each link, and answers what it is asked")
    void answers() {
        Upstream server = server(Map.of());
        Upstream.Link one = begin(server, 1);
        Upstream.Link other = begin(server, 2);

        Frame first = call(one, 3, "echo", "hé");
        Frame second = call(other, 4, "echo", "x");

        assertThat(value(first)).isEqualTo("hé");
        assertThat(pid(first))
                .isNotEqualTo(pid(second))
                .isNotEqualTo(ProcessHandle.current().pid());
    }

    @Test
    @DisplayName("may send garbage, answers to nobody, batches and noise, and lives")
    void garbage() {
        Upstream.Link link = begin(server(Map.of()), 1);

        call(link, 2, "garbage", "");
        call(link, 3, "twice", "");
        call(link, 4, "noise", "");
        link.send(Given.call(5, "batch", "{}"));
        inbox.answer("5");
        call(link, 6, "echo", "");

        assertThat(inbox.frames.stream().filter(frame -> frame.id().toJson().equals("3")))
                .hasSize(1);
        assertThat(inbox.events.get(inbox.events.size() - 3)).contains("notifications/x");
        assertThat(inbox.frames).hasSize(7);
    }

    @Test
    @DisplayName("may answer 10 MB in a line, and loses a line beyond the bound but not the link")
    void longLines() {
        Upstream.Link link = begin(server(Map.of("max_line_bytes", 11_000_000L)), 1);

        assertThat(value(call(link, 2, "long", "10000000"))).hasSize(10_000_000);
        link.send(Given.call(3, "long", "{'v':'11000001'}"));
        call(link, 4, "echo", "after");

        assertThat(inbox.events).noneMatch(event -> event.contains("\"id\":3"));
    }

    @Test
    @DisplayName("fails an answer for which there is no room, and only that")
    void room() {
        Upstream.Link link = begin(server(Map.of()), 1);
        room.most(100_000);
        link.send(Given.call(2, "long", "{'v':'200000'}"));

        assertThat(inbox.await(event -> event.startsWith("failed 2")))
                .contains("no room", "[100000] bytes", "max.bodies.bytes");
        assertThat(value(call(link, 3, "long", "90000"))).hasSize(90_000);
        call(link, 4, "echo", "after");
        assertThat(room.taken()).isLessThan(1_000);
    }

    @Test
    @DisplayName("that is killed fails what it owes, says that it is lost, and starts again at the next initialize")
    void killed() {
        Upstream.Link link = begin(server(Map.of()), 1);
        link.send(Given.call(2, "hang", "{}"));
        link.send(Given.call(3, "die", "{}"));

        inbox.await(event -> event.startsWith("lost"));
        assertThat(inbox.events)
                .contains(
                        "failed 2: Server [srv] ended with exit code 3",
                        "failed 3: Server [srv] ended with exit code 3");
        assertThat(inbox.events.get(inbox.events.size() - 1)).isEqualTo("lost: Server [srv] ended with exit code 3");

        assertThatThrownBy(() -> link.send(Given.call(4, "echo", "{}"))
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("begins again with [initialize]");
        link.send(Given.initialize(5));
        inbox.answer("5");
        assertThat(value(call(link, 6, "echo", "again"))).isEqualTo("again");
    }

    @Test
    @DisplayName("that hangs fails a request after its time, and answers others")
    void hanging() {
        Upstream.Link link = beginPatiently(server(Map.of("request_timeout_millis", 300L)), 100);
        link.send(Given.call(2, "hang", "{}"));

        assertThat(inbox.await(event -> event.startsWith("failed 2:"))).contains("was silent for 300 ms");
        assertThat(value(untilAnswered(link, 300, id -> Given.call(id, "echo", "{'v':'x'}"))))
                .isEqualTo("x");
    }

    @Test
    @DisplayName("that cannot be started says so to who sends")
    void noProgram() {
        Upstream.Link link =
                server(Map.of("command", new String[] {"/no/such/program"})).open(Era.LEGACY, inbox);

        assertThatThrownBy(() ->
                        link.send(Given.initialize(1)).toCompletableFuture().get(10, TimeUnit.SECONDS))
                .hasMessageContaining("Server [srv] could not be started")
                .hasMessageContaining("/no/such/program");
        assertThat(inbox.events).isEmpty();
    }

    @Test
    @DisplayName("gets what it is given of the environment, and of ours only what is harmless")
    void environment() {
        Upstream.Link link = begin(server(Map.of("env", new String[] {"GIVEN=yes"})), 1);
        String other = System.getenv().keySet().stream()
                .filter(key -> ChildProcess.INHERITED.stream().noneMatch(key::equalsIgnoreCase))
                .findFirst()
                .orElse("NOT_SET_ANYWHERE");

        assertThat(value(call(link, 2, "env", "GIVEN"))).isEqualTo("yes");
        assertThat(value(call(link, 3, "env", "PATH"))).isEqualTo(System.getenv("PATH"));
        assertThat(value(call(link, 4, "env", other))).isEqualTo("null");
    }

    @Test
    @DisplayName("is gone after its link was closed, with all it started, however stubborn it is")
    void reaped() {
        Upstream server = server(Map.of(), "stubborn");
        Upstream.Link link = begin(server, 1);
        long child = pid(call(link, 2, "echo", ""));
        long grandchild = Long.parseLong(value(call(link, 3, "fork", "")));
        assertThat(lives(child) && lives(grandchild)).isTrue();

        link.close();
        RecordingInbox.until(() -> !lives(child) && !lives(grandchild));

        assertThat(lives(child)).isFalse();
        assertThat(lives(grandchild)).isFalse();
        assertThat(inbox.events).noneMatch(event -> event.startsWith("lost"));
    }

    @Test
    @DisplayName(
            "is kept ready as often as is configured once somebody expects more sessions, and the next ones take it")
    void spares() {
        Upstream server = server(Map.of("spare_processes", 2L));
        begin(server, 1);
        assertThat(server.prepared()).isZero();

        server.prepare();
        RecordingInbox.until(() -> server.prepared() == 2);
        server.prepare();
        Upstream.Link one = begin(server, 2);
        assertThat(server.prepared()).isEqualTo(1);
        Upstream.Link other = begin(server, 3);
        assertThat(server.prepared()).isZero();

        assertThat(value(call(one, 4, "echo", "x"))).isEqualTo("x");
        assertThat(pid(call(one, 5, "echo", ""))).isNotEqualTo(pid(call(other, 6, "echo", "")));
    }

    @Test
    @DisplayName("is not kept ready if the setting says so")
    void noSpares() {
        Upstream server = server(Map.of("spare_processes", 0L));
        server.prepare();
        begin(server, 1);

        assertThat(server.prepared()).isZero();
    }

    @Test
    @DisplayName("that was kept ready is gone when close() of the upstream returns")
    void sparesEnd() {
        Upstream server = server(Map.of("spare_processes", 1L), "stubborn");
        List<Long> before = children();
        server.prepare();
        RecordingInbox.until(() -> server.prepared() == 1);
        List<Long> spare =
                children().stream().filter(pid -> !before.contains(pid)).toList();
        assertThat(spare).isNotEmpty();

        server.close();

        assertThat(spare).noneMatch(StdioUpstreamTest::lives);
        server.prepare();
        assertThat(server.prepared()).isZero();
    }

    private static List<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).toList();
    }

    @Test
    @DisplayName("is gone when close() of the upstream returns, and takes nothing more")
    void closed() {
        Upstream server = server(Map.of(), "stubborn");
        Upstream.Link link = begin(server, 1);
        long child = pid(call(link, 2, "echo", ""));

        server.close();

        assertThat(lives(child)).isFalse();
        assertThat(link.send(Given.initialize(3)).toCompletableFuture()).isCompletedExceptionally();
    }
}
