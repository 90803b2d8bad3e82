package org.sallyport.hooks.internal;

import org.jspecify.annotations.Nullable;

/** The plain way, there at once: a loop over the handlers that reads no clock. Thread-safe. */
final class Loop extends Form {
    private final Object[] handlers;

    Loop(Hook hook, Snapshot snapshot) {
        super(hook, snapshot);
        handlers = snapshot.handlers();
    }

    @Override
    @Nullable Object pass(Dispatch dispatch, Object value, @Nullable Object start, long[] marks, int level) {
        Object state = start;
        for (int i = 0; i < handlers.length; i++) {
            marks[level] = i;
            try {
                state = dispatch.step(handlers[i], value, state);
                if (dispatch.isAnswer(state)) {
                    answered(i);
                    return state;
                }
            } catch (Throwable e) {
                failed(i, e);
            }
        }
        return state;
    }
}
