package org.sallyport.hooks.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.hook.CollectHandler;
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
        List<R> answers = (List<R>) run(value, null);
        return answers == null ? List.of() : Collections.unmodifiableList(answers);
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object step(Object handler, Object value, @Nullable Object state) throws Exception {
        return taken(state, ((CollectHandler<T, R>) handler).collect((T) value, hook.call));
    }

    /** The handler's list is its own class and may change or lie: it is copied once, and the copy is checked. */
    @Override
    @SuppressWarnings("unchecked")
    @Nullable Object taken(@Nullable Object state, @Nullable Object answer) {
        List<Object> answers = (List<Object>) answer;
        if (answers == null) {
            throw wrong(null, List.class);
        } else if (answers.isEmpty()) {
            return state;
        } else if (answers.size() > MAX_ANSWERS) {
            throw tooMany(answers.size());
        }
        Object[] copy = answers.toArray();
        if (copy.length > MAX_ANSWERS) {
            throw tooMany(copy.length);
        }
        for (Object one : copy) {
            if (!result.isInstance(one)) {
                throw wrong(one, result);
            }
        }
        List<Object> all = state == null ? new ArrayList<>() : (List<Object>) state;
        all.addAll(Arrays.asList(copy));
        return all;
    }

    private static WrongAnswer tooMany(int size) {
        return new WrongAnswer("it returned [" + size + "] answers, more than the limit of [" + MAX_ANSWERS + "]");
    }
}
