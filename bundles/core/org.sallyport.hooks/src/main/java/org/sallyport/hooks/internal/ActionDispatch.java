package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.Hooks.ActionHook;

/** Calls an action hook: all handlers are told. */
final class ActionDispatch<T> extends Dispatch implements ActionHook<T> {
    ActionDispatch(Hook hook, Class<T> payload) {
        super(hook, payload);
    }

    @Override
    public void fire(T value) {
        run(value, null);
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        ((ActionHandler<T>) handler).on((T) value, hook.call);
        return null;
    }

    @Override
    @Nullable Object taken(@Nullable Object state, @Nullable Object answer) {
        return null;
    }
}
