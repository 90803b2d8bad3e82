package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.ActionHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.hook.Hooks.ActionHook;

/** Calls an action hook: all handlers are told. */
final class ActionDispatch<T> extends Dispatch implements ActionHook<T> {
    ActionDispatch(Hook hook, Class<T> payload) {
        super(hook, payload);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void fire(T value) {
        check(value);
        int stripe = Passes.stripe();
        while (true) {
            Compiled snapshot = hook.current;
            if (snapshot.handlers.length == 0) {
                hook.idle.leave(stripe);
                return;
            }
            boolean sample = Passes.isSampled(snapshot.passes.enter(stripe));
            int mode = snapshot.mode;
            if ((mode & Compiled.RETIRED) != 0) {
                snapshot.backOff(stripe);
                continue;
            }
            try {
                if (mode != 0 || sample) {
                    carefully(snapshot, value, null, sample);
                } else {
                    plainly(snapshot, (ActionHandler<T>[]) snapshot.handlers, value);
                }
                return;
            } finally {
                snapshot.leave(stripe);
            }
        }
    }

    private void plainly(Compiled snapshot, ActionHandler<T>[] handlers, T value) {
        HookCall call = hook.call;
        for (int i = 0; i < handlers.length; i++) {
            try {
                handlers[i].on(value, call);
            } catch (Throwable e) {
                failed(snapshot.slots[i], e);
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        ((ActionHandler<T>) handler).on((T) value, hook.call);
        return null;
    }
}
