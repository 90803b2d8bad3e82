package org.sallyport.hooks.internal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.FirstHandler;
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
        Optional<R> answer = (Optional<R>) run(value, null);
        return answer == null ? Optional.empty() : answer;
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        return taken(state, ((FirstHandler<T, R>) handler).first((T) value, hook.call));
    }

    /** An answer that is none is null here, so that one look tells. */
    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object taken(@Nullable Object state, @Nullable Object answer) {
        if (answer == null) {
            throw wrong(null, Optional.class);
        }
        Optional<Object> optional = (Optional<Object>) answer;
        if (optional.isEmpty()) {
            return null;
        } else if (!result.isInstance(optional.get())) {
            throw wrong(optional.get(), result);
        }
        return optional;
    }

    @Override
    boolean isAnswer(@Nullable Object state) {
        return state != null;
    }
}
