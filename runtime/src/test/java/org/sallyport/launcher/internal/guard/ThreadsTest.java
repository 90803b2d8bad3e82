package org.sallyport.launcher.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;
import org.sallyport.api.plugin.PluginId;

@DisplayName("The threads of a confined plugin")
class ThreadsTest {
    private final Threads threads = new Threads();
    private final Confined one = confined("one");
    private final Confined other = confined("other");

    private static Confined confined(String id) {
        return new Confined(new Domains(), new PluginId(id), Version.emptyVersion, Acts.NOTHING);
    }

    @Test
    @DisplayName("are never more than is known at once, which forgets those that ended when it is looked")
    void counted() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread thread = new Thread(() -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            started.add(thread);
            threads.started(thread, one, false);
            // One start goes through several guarded methods.
            threads.started(thread, one, false);
            thread.start();
        }
        Thread made = new Thread(() -> {});
        threads.started(made, one, true);

        assertThat(threads.atMost(one)).isEqualTo(3);
        assertThat(threads.alive(one, made, false)).isEqualTo(3);
        assertThat(threads.alive(one, started.get(0), false)).isEqualTo(2);
        assertThat(threads.atMost(other)).isZero();

        end.countDown();
        for (Thread thread : started) {
            thread.join();
        }
        assertThat(threads.atMost(one)).isEqualTo(3);
        assertThat(threads.alive(one, made, false)).isZero();
        assertThat(threads.atMost(one)).isZero();
    }
}
