package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.hook.Hooks.FilterHook;

/** Calls a filter hook: each handler gets what the one before it returned. */
final class FilterDispatch<T> extends Dispatch implements FilterHook<T> {
    FilterDispatch(Hook hook, Class<T> payload) {
        super(hook, payload);
    }

    @Override
    @SuppressWarnings("unchecked")
    public T apply(T value) {
        check(value);
        int stripe = Passes.stripe();
        while (true) {
            Compiled snapshot = hook.current;
            if (snapshot.handlers.length == 0) {
                hook.idle.leave(stripe);
                return value;
            }
            boolean sample = Passes.isSampled(snapshot.passes.enter(stripe));
            int mode = snapshot.mode;
            if ((mode & Compiled.RETIRED) != 0) {
                snapshot.backOff(stripe);
                continue;
            }
            try {
                return mode != 0 || sample
                        ? (T) carefully(snapshot, value, value, sample)
                        : plainly(snapshot, (FilterHandler<T>[]) snapshot.handlers, value);
            } finally {
                snapshot.leave(stripe);
            }
        }
    }

    private T plainly(Compiled snapshot, FilterHandler<T>[] handlers, T value) {
        T state = value;
        HookCall call = hook.call;
        for (int i = 0; i < handlers.length; i++) {
            try {
                T answer = handlers[i].filter(state, call);
                if (answer != state) {
                    state = checked(answer);
                }
            } catch (Throwable e) {
                failed(snapshot.slots[i], e);
            }
        }
        return state;
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        return checked(((FilterHandler<T>) handler).filter((T) state, hook.call));
    }

    private T checked(@Nullable T answer) {
        if (!payload.isInstance(answer)) {
            throw wrong(answer, payload);
        }
        return answer;
    }
}
