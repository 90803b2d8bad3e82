package org.sallyport.gateway.internal.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.RpcError;

/**
 * Whether a server has been initialized for this session, and who waits for it. A server that was lost is initialized
 * again by the next request for it. Thread-safe; waiters are called without a lock.
 */
final class Readiness {
    private enum State {
        NEW,
        OPENING,
        READY,
        LOST
    }

    private final Runnable open;
    private final List<Consumer<@Nullable RpcError>> waiting = new ArrayList<>();
    private State state = State.NEW;

    /** @param open begins to initialize the server anew */
    Readiness(Runnable open) {
        this.open = open;
    }

    /** Calls {@code then} with {@code null} when the server is ready, or with what went wrong. */
    void await(Consumer<@Nullable RpcError> then) {
        boolean begin;
        synchronized (this) {
            if (state != State.READY) {
                waiting.add(then);
            }
            begin = state == State.LOST;
            if (begin) {
                state = State.OPENING;
            } else if (state != State.READY) {
                return;
            }
        }
        if (begin) {
            open.run();
        } else {
            then.accept(null);
        }
    }

    /** The server comes to a session that is initialized already: the first request initializes it. */
    synchronized void later() {
        state = State.LOST;
    }

    synchronized void opening() {
        state = State.OPENING;
    }

    /** The server is ready, or failed to become so. */
    void opened(@Nullable RpcError failure) {
        List<Consumer<@Nullable RpcError>> called;
        synchronized (this) {
            state = failure == null ? State.READY : State.LOST;
            called = List.copyOf(waiting);
            waiting.clear();
        }
        called.forEach(waiter -> waiter.accept(failure));
    }

    /** A server that was ready is not so any more. */
    synchronized void lost() {
        if (state == State.READY) {
            state = State.LOST;
        }
    }

    synchronized boolean isReady() {
        return state == State.READY;
    }

    synchronized String name() {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }
}
