package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Host threads")
class HostThreadsTest {
    private final HostThreads threads = new HostThreads(2, Duration.ofSeconds(30));
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        threads.close();
    }

    private HostThread keepOne() {
        HostThread[] kept = new HostThread[1];
        CountDownLatch begun = new CountDownLatch(1);
        threads.execute(() -> {
            kept[0] = HostThread.current();
            begun.countDown();
            Bench.hang(end);
        });
        Bench.await(begun);
        return kept[0];
    }

    @Test
    @DisplayName("are at most as many as allowed; then tasks wait, and beyond the queue they are refused")
    void limit() {
        AtomicInteger ran = new AtomicInteger();
        keepOne();
        keepOne();
        for (int i = 0; i < HostThreads.QUEUE; i++) {
            threads.execute(ran::incrementAndGet);
        }

        assertThat(threads.live()).isEqualTo(2);
        assertThat(ran).hasValue(0);
        assertThatThrownBy(() -> threads.execute(ran::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("All [2] threads work and [1024] tasks wait");
        end.countDown();
        Bench.until("all ran", () -> ran.get() == HostThreads.QUEUE);
    }

    @Test
    @DisplayName("that were given up are replaced, so that what waits goes on, and take no other task")
    void replaced() {
        HostThread first = keepOne();
        keepOne();
        CountDownLatch ran = new CountDownLatch(1);
        HostThread[] by = new HostThread[1];
        threads.execute(() -> {
            by[0] = HostThread.current();
            ran.countDown();
        });

        threads.giveUp(first);
        threads.giveUp(first);
        Bench.await(ran);

        assertThat(by[0]).isNotSameAs(first);
        assertThat(threads.live()).isEqualTo(2);
        assertThat(threads.threads()).doesNotContain(first);
        end.countDown();
        Bench.until("the one that was given up ended", () -> !first.isAlive());
        assertThat(threads.live()).isEqualTo(2);
    }

    @Test
    @DisplayName("are no more than processors until a task has waited for a while; then all that wait get one")
    void relieved() {
        try (HostThreads many = new HostThreads(64, Duration.ofSeconds(30))) {
            Bench.await(hang(many, HostThreads.FEWEST));
            CountDownLatch ran = hang(many, 3);
            assertThat(many.live()).isEqualTo(HostThreads.FEWEST);

            many.relieve(System.nanoTime() + Duration.ofSeconds(1).toNanos());
            Bench.await(ran);

            assertThat(many.live()).isEqualTo(HostThreads.FEWEST + 3);
            end.countDown();
        }
    }

    /** Tasks that hang until the end; counts those that began. */
    private CountDownLatch hang(HostThreads in, int tasks) {
        CountDownLatch begun = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            in.execute(() -> {
                begun.countDown();
                Bench.hang(end);
            });
        }
        return begun;
    }

    @Test
    @DisplayName("take nothing after they were closed")
    void closed() {
        threads.close();

        assertThatThrownBy(() -> threads.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("The policy engine was stopped");
    }

    @Test
    @DisplayName("beyond a lower limit end once they are idle")
    void lowered() {
        keepOne();
        keepOne();
        threads.max(1);
        end.countDown();

        Bench.until("one ended", () -> threads.live() <= 1);
        CountDownLatch ran = new CountDownLatch(1);
        threads.execute(ran::countDown);
        Bench.await(ran);
    }
}
