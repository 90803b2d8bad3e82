package org.sallyport.admission.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plugin's code on a thread of its own that can be left behind. Whatever it throws, errors of the machine included,
 * comes back as a value.
 */
public final class Guarded {
    private Guarded() {}

    /** What came of it. */
    public sealed interface Result<T> {}

    /** It returned. */
    public record Done<T>(T value) implements Result<T> {}

    /**
     * It threw.
     *
     * @param cause what; asking it for anything runs the plugin's code
     * @param sentence what, in one sentence part
     */
    public record Failed<T>(Throwable cause, String sentence) implements Result<T> {}

    /** What was thrown, with the words for it: a message can be code that hangs, so it is read on the guarded thread. */
    private static final class Thrown extends Exception {
        private static final long serialVersionUID = 1L;

        private final String sentence;

        Thrown(Throwable cause) {
            super(null, cause, false, false);
            sentence = Causes.sentence(cause);
        }
    }

    /**
     * It is still running.
     *
     * @param limit the time it had
     * @param end completes when it ends after all
     */
    public record Hung<T>(Duration limit, CompletableFuture<T> end) implements Result<T> {}

    /**
     * Runs something and waits at most that long. A run that takes longer is interrupted once, because much that hangs is
     * only waiting, and otherwise left alone.
     */
    public static <T> Result<T> call(String name, Duration limit, Callable<T> work) {
        try (Line line = new Line()) {
            return line.call(name, limit, work);
        }
    }

    /**
     * The same for several calls of one caller, one after the other on one thread: what they leave on it the next one finds, so
     * they must not be of different plugins. One that hangs keeps the thread, and the next begins another. Not thread-safe.
     */
    static final class Line implements AutoCloseable {
        private @Nullable ExecutorService thread;

        /** See {@link Guarded#call}. */
        <T> Result<T> call(String name, Duration limit, Callable<T> work) {
            CompletableFuture<T> end = new CompletableFuture<>();
            Future<?> run = thread().submit(() -> {
                Thread.currentThread().setName("sallyport-" + name);
                try {
                    end.complete(work.call());
                } catch (Throwable e) { // Plugin code: LinkageError and StackOverflowError are to be expected.
                    end.completeExceptionally(new Thrown(e));
                }
            });
            try {
                return new Done<>(end.get(limit.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException e) {
                Thrown thrown = (Thrown) e.getCause();
                return new Failed<>(thrown.getCause(), thrown.sentence);
            } catch (TimeoutException e) {
                return left(run, limit, end);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return left(run, limit, end);
            }
        }

        private <T> Hung<T> left(Future<?> run, Duration limit, CompletableFuture<T> end) {
            run.cancel(true);
            close();
            return new Hung<>(limit, end);
        }

        private ExecutorService thread() {
            ExecutorService own = thread;
            if (own == null) {
                own = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task);
                    made.setDaemon(true);
                    return made;
                });
                thread = own;
            }
            return own;
        }

        /** The thread ends when what runs on it has ended. */
        @Override
        public void close() {
            if (thread != null) {
                thread.shutdown();
                thread = null;
            }
        }
    }

    /** What came of it, if it did not return, in one sentence part. */
    public static String sentence(Result<?> result) {
        if (result instanceof Failed<?> failed) {
            return failed.sentence();
        } else if (result instanceof Hung<?> hung) {
            long millis = hung.limit().toMillis();
            return "it did not end within " + (millis < 1_000 ? millis + " ms" : millis / 1_000 + " s")
                    + "; its thread is left alone until it ends";
        }
        return "it returned nothing";
    }
}
