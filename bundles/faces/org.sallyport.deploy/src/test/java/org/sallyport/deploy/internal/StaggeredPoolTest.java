package org.sallyport.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A staggered pool")
class StaggeredPoolTest {
    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch began = new CountDownLatch(1);

    private void hang() {
        began.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            done.add("interrupted");
        }
        done.add("hung");
    }

    @Test
    @DisplayName("begins the next when the one before it is done")
    void order() throws Exception {
        try (var pool = new StaggeredPool(FOR_EVER)) {
            pool.submit("a", this::hang);
            for (String file : List.of("d", "c", "b")) {
                pool.submit(file, () -> done.add(file));
            }
            began.await();
            release.countDown();

            Await.until("all done", () -> done.size() == 4);
            assertThat(done).containsExactly("hung", "d", "c", "b");
        }
    }

    @Test
    @DisplayName("does not let the others wait for those that hang, as long as a thread is left")
    void hanging() throws Exception {
        try (var pool = new StaggeredPool(Duration.ofMillis(1))) {
            for (int i = 1; i < StaggeredPool.THREADS; i++) {
                pool.submit("hanging" + i, this::hang);
            }
            pool.submit("a", () -> done.add("a"));
            pool.submit("b", () -> done.add("b"));

            Await.until("the others done", () -> done.size() == 2);
            assertThat(done).containsExactly("a", "b");
            release.countDown();
        }
    }

    @Test
    @DisplayName("never works on one file twice at a time, and does only the newest of what waits for it")
    void oneFile() throws Exception {
        try (var pool = new StaggeredPool(Duration.ofMillis(1))) {
            pool.submit("a", this::hang);
            began.await();
            pool.submit("a", () -> done.add("older"));
            pool.submit("a", () -> done.add("newest"));
            pool.submit("b", () -> done.add("b"));
            Await.until("b done", () -> done.contains("b"));
            release.countDown();

            Await.until("all done", () -> done.contains("newest"));
            assertThat(done).containsExactly("b", "hung", "newest");
        }
    }

    @Test
    @DisplayName("survives errors")
    void errors() throws Exception {
        try (var log = new LogLines();
                var pool = new StaggeredPool(FOR_EVER)) {
            for (int i = 0; i < 2 * StaggeredPool.THREADS; i++) {
                pool.submit("bad" + i, () -> {
                    throw new LinkageError("boom");
                });
            }
            pool.submit("good", () -> done.add("good"));

            Await.until("the good one done", () -> !done.isEmpty());
            assertThat(log.lines())
                    .hasSize(2 * StaggeredPool.THREADS)
                    .contains("ERROR The work on plugin file [bad0] ended unexpectedly");
        }
    }

    @Test
    @DisplayName("drops what waits when it is closed, and neither interrupts what runs nor waits for it for ever")
    void close() throws Exception {
        var pool = new StaggeredPool(FOR_EVER);
        pool.submit("a", this::hang);
        pool.submit("b", () -> done.add("b"));
        began.await();

        pool.close();
        pool.submit("c", () -> done.add("c"));
        assertThat(done).isEmpty();

        release.countDown();
        Await.until("the running one done", () -> !done.isEmpty());
        assertThat(done).containsExactly("hung");
    }

    @Test
    @DisplayName("waits for work that is about to end when it is closed")
    void closeWaits() throws Exception {
        var pool = new StaggeredPool(FOR_EVER);
        pool.submit("a", this::hang);
        began.await();
        var helper = new Thread(release::countDown);
        helper.start();

        pool.close();
        assertThat(done).containsExactly("hung");
    }
}
