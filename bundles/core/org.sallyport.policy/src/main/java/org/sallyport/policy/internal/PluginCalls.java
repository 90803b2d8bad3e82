package org.sallyport.policy.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.config.SettingsException;

/** Runs plugin code that is no message pass (configure, close, status) on a host thread, with a limit in time. */
final class PluginCalls {
    private final HostThreads threads;
    private final Watchdog watchdog;

    PluginCalls(HostThreads threads, Watchdog watchdog) {
        this.threads = threads;
        this.watchdog = watchdog;
    }

    /** A plugin failed in such a call. */
    static final class CallFailed extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;
        private final @Nullable String path;

        CallFailed(Failure failure, @Nullable String path) {
            super(failure.message(), null, false, false);
            this.failure = failure;
            this.path = path;
        }

        Failure failure() {
            return failure;
        }

        /**
         * What happened, after a name for what was configured. Of an exception only its class: what it says may quote a
         * setting that is secret.
         */
        String sentence(String settings) {
            if (path != null) {
                return failure.message();
            }
            String own = failure.isThrown() || failure.message().isEmpty() ? "" : ": " + failure.message();
            return "the plugin failed on " + settings + " with [" + failure.type() + "]" + own;
        }

        /** The setting that it refused, as a JSON Pointer; {@code null} if it failed otherwise. */
        @Nullable String path() {
            return path;
        }
    }

    /** A call of a plugin whose thread, if it is kept, is only held against the plugin. */
    <T> CompletableFuture<T> call(PluginWatch watch, Duration limit, Callable<T> body) {
        return call(watch, limit, body, late -> {});
    }

    /**
     * The same.
     *
     * @param late gets what came after the limit, on the thread that the plugin kept; may be the plugin's code
     */
    <T> CompletableFuture<T> call(PluginWatch watch, Duration limit, Callable<T> body, Consumer<T> late) {
        return call(
                new Watched.Hold() {
                    @Override
                    public void kept() {
                        watch.threadKept();
                    }

                    @Override
                    public void back() {
                        watch.threadBack();
                    }
                },
                limit,
                body,
                late);
    }

    /**
     * Calls a plugin.
     *
     * @param hold told if the plugin keeps the thread
     * @param limit longest wait, for a thread and for the plugin together
     * @return fails with {@link CallFailed}; its dependents must not block
     * @throws RejectedExecutionException if there is no thread for it
     */
    <T> CompletableFuture<T> call(Watched.Hold hold, Duration limit, Callable<T> body) {
        return call(hold, limit, body, late -> {});
    }

    private <T> CompletableFuture<T> call(Watched.Hold hold, Duration limit, Callable<T> body, Consumer<T> late) {
        OneCall<T> call = new OneCall<>(hold, body, late);
        call.deadline(System.nanoTime() + limit.toNanos());
        call.queuedAs = call.nextTicket();
        call.enqueued();
        threads.execute(call);
        watchdog.look();
        return call.result;
    }

    private final class OneCall<T> extends Watched {
        private final Hold hold;
        private final Callable<T> body;
        private final Consumer<T> late;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private int queuedAs;

        OneCall(Hold hold, Callable<T> body, Consumer<T> late) {
            this.hold = hold;
            this.body = body;
            this.late = late;
        }

        @Override
        public void run() {
            if (!leave(queuedAs)) {
                return;
            }
            HostThread me = HostThread.current();
            T value = null;
            CallFailed failure = null;
            int ticket = enter(me);
            watchdog.look();
            try {
                value = body.call();
            } catch (Throwable t) {
                // In here, because the exception's own code is the plugin's too.
                failure = new CallFailed(Failure.of(t), t instanceof SettingsException s ? s.path() : null);
            }
            if (!leave(ticket)) {
                threads.giveUp(me);
                if (failure == null) {
                    tooLate(value);
                }
                hold.back();
                return;
            }
            me.tidy();
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }

        private void tooLate(@Nullable T value) {
            try {
                late.accept(value);
            } catch (Throwable t) {
                // Nobody waits for it, and the thread ends here.
            }
        }

        @Override
        Hold hold() {
            return hold;
        }

        @Override
        void overdue(@Nullable HostThread stuck) {
            result.completeExceptionally(
                    new CallFailed(new Failure(Failure.TIMEOUT, "it did not answer in time", ""), null));
        }
    }
}
