package org.sallyport.admission.internal.context;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.hook.Hooks;

/**
 * Hooks that end with the revision they were given to.
 *
 * @param running throws when the revision was stopped
 */
record RunningHooks(Hooks hooks, Runnable running) implements Hooks {
    private Hooks now() {
        running.run();
        return hooks;
    }

    @Override
    public <T> FilterHook<T> filter(String name, Class<T> payload) {
        return new Filter<>(now().filter(name, payload), running);
    }

    @Override
    public <T> ActionHook<T> action(String name, Class<T> payload) {
        return new Action<>(now().action(name, payload), running);
    }

    @Override
    public <T, R> CollectHook<T, R> collect(String name, Class<T> payload, Class<R> result) {
        return new Collect<>(now().collect(name, payload, result), running);
    }

    @Override
    public <T, R> FirstHook<T, R> first(String name, Class<T> payload, Class<R> result) {
        return new First<>(now().first(name, payload, result), running);
    }

    @Override
    public Hooks versions(String plugin, String versions) {
        return new RunningHooks(now().versions(plugin, versions), running);
    }

    private record Filter<T>(FilterHook<T> hook, Runnable running) implements FilterHook<T> {
        @Override
        public T apply(T value) {
            running.run();
            return hook.apply(value);
        }
    }

    private record Action<T>(ActionHook<T> hook, Runnable running) implements ActionHook<T> {
        @Override
        public void fire(T value) {
            running.run();
            hook.fire(value);
        }
    }

    private record Collect<T, R>(CollectHook<T, R> hook, Runnable running) implements CollectHook<T, R> {
        @Override
        public List<R> collect(T value) {
            running.run();
            return hook.collect(value);
        }
    }

    private record First<T, R>(FirstHook<T, R> hook, Runnable running) implements FirstHook<T, R> {
        @Override
        public Optional<R> first(T value) {
            running.run();
            return hook.first(value);
        }
    }
}
