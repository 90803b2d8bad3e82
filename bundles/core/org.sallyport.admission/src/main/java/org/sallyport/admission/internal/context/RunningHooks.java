package org.sallyport.admission.internal.context;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.sallyport.api.hook.Hooks;

/**
 * Hooks that end with the revision they were given to.
 *
 * @param running throws when the revision was stopped or may not use the hook of that name
 */
record RunningHooks(Hooks hooks, Consumer<String> running) implements Hooks {
    private Hooks now(String name) {
        running.accept(name);
        return hooks;
    }

    private Runnable check(String name) {
        return () -> running.accept(name);
    }

    @Override
    public <T> FilterHook<T> filter(String name, Class<T> payload) {
        return new Filter<>(now(name).filter(name, payload), check(name));
    }

    @Override
    public <T> ActionHook<T> action(String name, Class<T> payload) {
        return new Action<>(now(name).action(name, payload), check(name));
    }

    @Override
    public <T, R> CollectHook<T, R> collect(String name, Class<T> payload, Class<R> result) {
        return new Collect<>(now(name).collect(name, payload, result), check(name));
    }

    @Override
    public <T, R> FirstHook<T, R> first(String name, Class<T> payload, Class<R> result) {
        return new First<>(now(name).first(name, payload, result), check(name));
    }

    @Override
    public Hooks versions(String plugin, String versions) {
        return new RunningHooks(hooks.versions(plugin, versions), running);
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
