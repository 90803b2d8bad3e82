package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.Hooks.FilterHook;

/** Calls a filter hook: each handler gets what the one before it returned. */
final class FilterDispatch<T> extends Dispatch implements FilterHook<T> {
    FilterDispatch(Hook hook, Class<T> payload) {
        super(hook, payload);
    }

    @Override
    @SuppressWarnings("unchecked")
    public T apply(T value) {
        return (T) run(value, value);
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        Object answer = ((FilterHandler<T>) handler).filter((T) state, hook.call);
        return answer == state ? state : taken(state, answer);
    }

    @Override
    @Nullable Object taken(@Nullable Object state, @Nullable Object answer) {
        if (!payload.isInstance(answer)) {
            throw wrong(answer, payload);
        }
        return answer;
    }
}
