package org.sallyport.hooks.internal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.FirstHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.hook.Hooks.FirstHook;

/** Calls a first hook: handlers are asked until one has an answer. */
final class FirstDispatch<T, R> extends Dispatch implements FirstHook<T, R> {
    private final Class<R> result;

    FirstDispatch(Hook hook, Class<T> payload, Class<R> result) {
        super(hook, payload);
        this.result = result;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Optional<R> first(T value) {
        check(value);
        int stripe = Passes.stripe();
        while (true) {
            Compiled snapshot = hook.current;
            if (snapshot.handlers.length == 0) {
                hook.idle.leave(stripe);
                return Optional.empty();
            }
            boolean sample = Passes.isSampled(snapshot.passes.enter(stripe));
            int mode = snapshot.mode;
            if ((mode & Compiled.RETIRED) != 0) {
                snapshot.backOff(stripe);
                continue;
            }
            try {
                Optional<R> answer = mode != 0 || sample
                        ? (Optional<R>) carefully(snapshot, value, null, sample)
                        : plainly(snapshot, (FirstHandler<T, R>[]) snapshot.handlers, value);
                return answer == null ? Optional.empty() : answer;
            } finally {
                snapshot.leave(stripe);
            }
        }
    }

    private Optional<R> plainly(Compiled snapshot, FirstHandler<T, R>[] handlers, T value) {
        HookCall call = hook.call;
        for (int i = 0; i < handlers.length; i++) {
            try {
                Optional<R> answer = checked(handlers[i].first(value, call));
                if (answer.isPresent()) {
                    snapshot.answered(i);
                    return answer;
                }
            } catch (Throwable e) {
                failed(snapshot.slots[i], e);
            }
        }
        return Optional.empty();
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        return checked(((FirstHandler<T, R>) handler).first((T) value, hook.call));
    }

    @Override
    boolean isAnswer(@Nullable Object state) {
        return state instanceof Optional<?> answer && answer.isPresent();
    }

    private Optional<R> checked(@Nullable Optional<R> answer) {
        if (answer == null) {
            throw wrong(null, Optional.class);
        } else if (answer.isPresent() && !result.isInstance(answer.get())) {
            throw wrong(answer.get(), result);
        }
        return answer;
    }
}
