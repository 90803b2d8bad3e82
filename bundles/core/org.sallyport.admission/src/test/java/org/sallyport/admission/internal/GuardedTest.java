package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Code of a plugin that is run under guard")
class GuardedTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    @DisplayName("gives what it returns, from a daemon thread of its own that says whose it is")
    void done() {
        Guarded.Result<String> result = Guarded.call(
                "start-x",
                LONG,
                () -> Thread.currentThread().getName() + " "
                        + Thread.currentThread().isDaemon());

        assertThat(result).isEqualTo(new Guarded.Done<>("sallyport-start-x true"));
    }

    @Test
    @DisplayName("may throw whatever it likes")
    void failed() {
        for (Throwable thrown : new Throwable[] {
            new IllegalStateException("boom"),
            new Exception("boom"),
            new Error("boom"),
            new NoClassDefFoundError("boom")
        }) {
            assertThat(Guarded.call("x", LONG, () -> {
                        sneaky(thrown);
                        return "";
                    }))
                    .isInstanceOfSatisfying(
                            Guarded.Failed.class,
                            failed -> assertThat(failed.cause()).isSameAs(thrown));
        }
        assertThat(Guarded.sentence(Guarded.call("x", LONG, () -> {
                    throw new IllegalStateException("boom");
                })))
                .isEqualTo("IllegalStateException: boom");
        assertThat(Guarded.sentence(Guarded.call("x", LONG, () -> null))).isEqualTo("it returned nothing");
    }

    @Test
    @DisplayName("that takes too long is interrupted and left behind")
    void hung() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);

        Guarded.Result<String> result = Guarded.call("x", SHORT, () -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            release.await();
            return "late";
        });

        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Guarded.sentence(result))
                .isEqualTo("it did not end within 200 ms; its thread is left alone until it ends");
        release.countDown();
        assertThat(result)
                .isInstanceOfSatisfying(
                        Guarded.Hung.class,
                        hung -> assertThat(hung.end()
                                        .orTimeout(30, TimeUnit.SECONDS)
                                        .join())
                                .isEqualTo("late"));
    }

    @Test
    @DisplayName("that throws something whose message never comes counts as code that hangs")
    @Timeout(60)
    void endlessMessage() throws Exception {
        Guarded.Result<String> result = Guarded.call("x", SHORT, () -> {
            throw new Endless();
        });

        assertThat(Guarded.sentence(result)).startsWith("it did not end within 200 ms");
    }

    @Test
    @DisplayName("is not waited for by somebody who is interrupted, who stays so")
    void callerInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        Thread.currentThread().interrupt();

        Guarded.Result<String> result = Guarded.call("x", LONG, () -> {
            never.await();
            return "";
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).isInstanceOf(Guarded.Hung.class);
    }

    /** Its message comes when whoever waits for it is interrupted. */
    private static final class Endless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            try {
                new CountDownLatch(1).await();
                return "never";
            } catch (InterruptedException e) {
                return "late";
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    @DisplayName("of one caller runs on one thread, and on another after a call that hung")
    void line() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Thread first;
        Thread other;
        try (Guarded.Line line = new Guarded.Line()) {
            first = thread(line);
            assertThat(thread(line)).isSameAs(first);
            Guarded.Result<String> hung = line.call("x", SHORT, () -> {
                while (release.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return "late";
            });
            assertThat(hung).isInstanceOf(Guarded.Hung.class);
            other = thread(line);
            assertThat(other).isNotSameAs(first);
        }
        release.countDown();
        first.join(LONG.toMillis());
        other.join(LONG.toMillis());
        assertThat(first.isAlive()).isFalse();
        assertThat(other.isAlive()).isFalse();
    }

    private static Thread thread(Guarded.Line line) {
        return line.call("x", LONG, Thread::currentThread) instanceof Guarded.Done<Thread> done ? done.value() : null;
    }
}
