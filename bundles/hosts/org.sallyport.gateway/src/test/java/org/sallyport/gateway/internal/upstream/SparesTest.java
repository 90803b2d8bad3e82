package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Processes that are kept ready")
class SparesTest {
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final AtomicLong now = new AtomicLong(5);
    private final List<ChildProcess> started = new CopyOnWriteArrayList<>();
    private final List<ChildProcess> ended = new CopyOnWriteArrayList<>();
    private volatile String[] command = {"sleep", "600"};
    private final Spares spares = new Spares("srv", 3, IDLE, new Source(), now::get);

    private class Source implements Spares.Source {
        @Override
        public ChildProcess start() throws UpstreamException {
            ChildProcess child = ChildProcess.start(Given.settings(Map.of("command", command)));
            started.add(child);
            return child;
        }

        @Override
        public void end(ChildProcess child) {
            ended.add(child);
            child.stop(Duration.ZERO);
        }
    }

    @AfterEach
    void end() {
        spares.close();
        started.forEach(child -> child.stop(Duration.ZERO));
    }

    private void filled() {
        spares.prepare();
        RecordingInbox.until(() -> spares.size() == 3);
        assertThat(spares.size()).isEqualTo(3);
    }

    @Test
    @DisplayName("are none before somebody wants them, and never more than the bound")
    void bounded() {
        assertThat(spares.take()).isEmpty();
        assertThat(started).isEmpty();

        filled();
        for (int i = 0; i < 10; i++) {
            spares.prepare();
        }
        assertThat(spares.take()).contains(started.get(0));
        assertThat(spares.take()).contains(started.get(1));
        assertThat(started).hasSize(3);
        assertThat(ended).isEmpty();
    }

    @Test
    @DisplayName("are ended when nobody took them in time, and not a moment before")
    void idle() {
        filled();
        now.addAndGet(IDLE.toNanos() - 1);
        spares.sweep();
        assertThat(ended).isEmpty();

        now.incrementAndGet();
        spares.sweep();
        assertThat(ended).hasSize(3);
        assertThat(spares.take()).isEmpty();
        filled();
    }

    @Test
    @DisplayName("that end by themselves are not given to anybody, and no others are started for a while")
    void dead() {
        filled();
        started.forEach(child -> child.stop(Duration.ZERO));

        assertThat(spares.take()).isEmpty();
        assertThat(ended).hasSize(3);
        now.addAndGet(IDLE.toNanos() - 1);
        spares.prepare();
        assertThat(spares.size()).isZero();
        now.incrementAndGet();
        filled();
    }

    @Test
    @DisplayName("that end by themselves are noticed when they are looked at from time to time, too")
    void deadUnnoticed() {
        filled();
        started.get(1).stop(Duration.ZERO);
        spares.sweep();

        assertThat(spares.size()).isEqualTo(2);
        assertThat(ended).containsExactly(started.get(1));
    }

    @Test
    @DisplayName("that cannot be started are tried once in a while")
    void noProgram() {
        command = new String[] {"/no/such/program"};
        List<String> tries = new ArrayList<>();
        Spares hopeless = new Spares(
                "srv",
                2,
                IDLE,
                new Source() {
                    @Override
                    public ChildProcess start() throws UpstreamException {
                        synchronized (tries) {
                            tries.add("");
                        }
                        return super.start();
                    }
                },
                now::get);
        for (int i = 0; i < 3; i++) {
            hopeless.prepare();
            // Waits for the thread that tries.
            RecordingInbox.until(() -> {
                synchronized (tries) {
                    return !tries.isEmpty();
                }
            });
        }
        hopeless.close();

        assertThat(tries).hasSize(1);
        assertThat(hopeless.size()).isZero();
    }

    @Test
    @DisplayName("are all ended when close() returns, also one that is being started, and there are no more")
    void closed() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Spares slow = new Spares(
                "srv",
                1,
                IDLE,
                new Source() {
                    @Override
                    public ChildProcess start() throws UpstreamException {
                        starting.countDown();
                        try {
                            go.await(10, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return super.start();
                    }
                },
                now::get);
        filled();
        slow.prepare();
        starting.await(10, TimeUnit.SECONDS);
        go.countDown();
        slow.close();
        spares.close();

        assertThat(ended).hasSize(4).containsAll(started);
        spares.prepare();
        slow.prepare();
        assertThat(started).hasSize(4);
        assertThat(spares.size() + slow.size()).isZero();
    }
}
