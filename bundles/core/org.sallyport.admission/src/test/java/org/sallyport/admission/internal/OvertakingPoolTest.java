package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A pool whose tasks overtake those that hang")
class OvertakingPoolTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofDays(1);

    private final CountDownLatch hang = new CountDownLatch(1);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @AfterEach
    void letGo() {
        hang.countDown();
    }

    private OvertakingPool pool(int places, Duration headStart) {
        return new OvertakingPool(places, headStart, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        });
    }

    private void hangs() {
        try {
            hang.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("works in order on as many as it has places, and its threads end")
    void places() throws Exception {
        OvertakingPool pool = pool(2, NEVER);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            pool.execute(() -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                now.decrementAndGet();
                done.countDown();
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most).hasValueLessThanOrEqualTo(2);
        for (Thread thread : threads) {
            thread.join(30_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    @DisplayName("goes on beside more that hang than it has places, and after one that throws")
    void overtakes() throws Exception {
        OvertakingPool pool = pool(2, SHORT);
        for (int i = 0; i < 10; i++) {
            pool.execute(this::hangs);
        }
        pool.execute(() -> {
            throw new StackOverflowError("to be expected");
        });
        CountDownLatch done = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            pool.execute(done::countDown);
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("gives a place away once, so that fewer never work at a time for it")
    void oncePerPlace() throws Exception {
        OvertakingPool pool = pool(1, SHORT);
        pool.execute(this::hangs);
        CountDownLatch second = new CountDownLatch(1);
        pool.execute(second::countDown);
        assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
        hang.countDown();
        List<Integer> order = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            int number = i;
            pool.execute(() -> {
                order.add(number);
                done.countDown();
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(order).isSorted();
    }

    @Test
    @Timeout(60)
    @DisplayName("has at most 64 threads, whatever hangs, and goes on when one of them is free")
    void most() throws Exception {
        OvertakingPool pool = pool(4, SHORT);
        CountDownLatch begun = new CountDownLatch(OvertakingPool.MOST);
        CountDownLatch after = new CountDownLatch(10);
        for (int i = 0; i < OvertakingPool.MOST; i++) {
            pool.execute(() -> {
                begun.countDown();
                hangs();
            });
        }
        for (int i = 0; i < 10; i++) {
            pool.execute(after::countDown);
        }
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        // One may have been made for a task that another was faster to take; it ends at once.
        while (threads.stream().filter(Thread::isAlive).count() > OvertakingPool.MOST) {
            Thread.sleep(10);
        }
        assertThat(after.getCount()).isEqualTo(10);
        hang.countDown();
        assertThat(after.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
