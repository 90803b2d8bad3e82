package org.sallyport.hooks.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.CollectHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.hook.Hooks.CollectHook;

/**
 * Calls a collect hook: all answers, in the order of the handlers. A handler whose list is longer than
 * {@value #MAX_ANSWERS}, or holds something that is no answer, failed, and none of its answers are taken.
 */
final class CollectDispatch<T, R> extends Dispatch implements CollectHook<T, R> {
    /** Most answers of one handler to one call. */
    static final int MAX_ANSWERS = 10_000;

    private final Class<R> result;

    CollectDispatch(Hook hook, Class<T> payload, Class<R> result) {
        super(hook, payload);
        this.result = result;
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<R> collect(T value) {
        check(value);
        int stripe = Passes.stripe();
        while (true) {
            Compiled snapshot = hook.current;
            if (snapshot.handlers.length == 0) {
                hook.idle.leave(stripe);
                return List.of();
            }
            boolean sample = Passes.isSampled(snapshot.passes.enter(stripe));
            int mode = snapshot.mode;
            if ((mode & Compiled.RETIRED) != 0) {
                snapshot.backOff(stripe);
                continue;
            }
            try {
                List<R> answers = mode != 0 || sample
                        ? (List<R>) carefully(snapshot, value, null, sample)
                        : plainly(snapshot, (CollectHandler<T, R>[]) snapshot.handlers, value);
                return answers == null ? List.of() : Collections.unmodifiableList(answers);
            } finally {
                snapshot.leave(stripe);
            }
        }
    }

    private @Nullable List<R> plainly(Compiled snapshot, CollectHandler<T, R>[] handlers, T value) {
        List<R> state = null;
        HookCall call = hook.call;
        for (int i = 0; i < handlers.length; i++) {
            try {
                state = with(state, handlers[i].collect(value, call));
            } catch (Throwable e) {
                failed(snapshot.slots[i], e);
            }
        }
        return state;
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        return with((List<R>) state, ((CollectHandler<T, R>) handler).collect((T) value, hook.call));
    }

    /** The handler's list is its own class and may change or lie: it is copied once, and the copy is checked. */
    @SuppressWarnings("unchecked")
    private @Nullable List<R> with(@Nullable List<R> state, @Nullable List<R> answers) {
        if (answers == null) {
            throw wrong(null, List.class);
        } else if (answers.isEmpty()) {
            return state;
        } else if (answers.size() > MAX_ANSWERS) {
            throw tooMany(answers.size());
        }
        Object[] copy = ((List<Object>) answers).toArray();
        if (copy.length > MAX_ANSWERS) {
            throw tooMany(copy.length);
        }
        for (Object answer : copy) {
            if (!result.isInstance(answer)) {
                throw wrong(answer, result);
            }
        }
        List<R> all = state == null ? new ArrayList<>() : state;
        all.addAll((List<R>) Arrays.asList(copy));
        return all;
    }

    private static WrongAnswer tooMany(int size) {
        return new WrongAnswer("it returned [" + size + "] answers, more than the limit of [" + MAX_ANSWERS + "]");
    }
}
