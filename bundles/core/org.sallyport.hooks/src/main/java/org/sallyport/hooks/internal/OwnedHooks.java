package org.sallyport.hooks.internal;

import org.sallyport.api.hook.Hooks;

/** Hooks as one owner sees them. Thread-safe. */
record OwnedHooks(HookDispatcher dispatcher, String owner, Choices choices) implements Hooks {
    @Override
    public <T> FilterHook<T> filter(String name, Class<T> payload) {
        return new FilterDispatch<>(
                dispatcher.declare(owner, choices, name, HookKind.FILTER, payload, payload), payload);
    }

    @Override
    public <T> ActionHook<T> action(String name, Class<T> payload) {
        return new ActionDispatch<>(
                dispatcher.declare(owner, choices, name, HookKind.ACTION, payload, payload), payload);
    }

    @Override
    public <T, R> CollectHook<T, R> collect(String name, Class<T> payload, Class<R> result) {
        return new CollectDispatch<>(
                dispatcher.declare(owner, choices, name, HookKind.COLLECT, payload, result), payload, result);
    }

    @Override
    public <T, R> FirstHook<T, R> first(String name, Class<T> payload, Class<R> result) {
        return new FirstDispatch<>(
                dispatcher.declare(owner, choices, name, HookKind.FIRST, payload, result), payload, result);
    }

    @Override
    public Hooks versions(String plugin, String versions) {
        return new OwnedHooks(dispatcher, owner, choices.and(plugin, versions));
    }
}
