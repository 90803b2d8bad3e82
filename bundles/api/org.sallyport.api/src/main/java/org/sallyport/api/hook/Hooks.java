package org.sallyport.api.hook;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Declares hooks and calls them. Who declares a hook names its kind and its payload; who handles it registers a
 * {@link FilterHandler}, {@link ActionHandler}, {@link CollectHandler} or {@link FirstHandler} service with a
 * {@link HandlesHook} annotation.
 *
 * <p>Declaring a hook twice with the same kind and payload gives the same hook; with others it is refused with an
 * {@link IllegalArgumentException}. Handlers run on the caller's thread, one after the other, in the order: phase, then
 * before and after, then priority, then plugin id. Calling is thread-safe and takes no lock. A thread may be in 32 calls at
 * once, one within the other; one more is an {@link IllegalStateException}.
 *
 * <p>A handler that throws, whatever it throws, is skipped and counted: hooks fail open. What has to stop when a plugin
 * fails belongs in the policy chain, whose members can be critical. One that fails or is slow too often is kept out for a
 * while.
 *
 * <p>A handler that does not return holds up its caller, as nothing can stop a Java loop from outside: its plugin is reported
 * when it has not returned for 250 ms, and taken out of service after 10 s, so that the next callers pass; the caller stays
 * where it is until the handler returns. The platform does not interrupt it. Who owns the thread may do so: that
 * frees a handler that waits interruptibly, counts as its failure, and leaves the thread interrupted.
 */
@ProviderType
public interface Hooks {
    /** A hook whose handlers each get what the one before them returned. */
    <T> FilterHook<T> filter(String name, Class<T> payload);

    /** A hook whose handlers are told. */
    <T> ActionHook<T> action(String name, Class<T> payload);

    /** A hook whose handlers' answers are collected. */
    <T, R> CollectHook<T, R> collect(String name, Class<T> payload, Class<R> result);

    /** A hook answered by the first handler that has an answer. */
    <T, R> FirstHook<T, R> first(String name, Class<T> payload, Class<R> result);

    /**
     * The same hooks for who wants another version of a plugin than the main one. What is declared by it calls, of that
     * plugin, the version that is chosen, as long as one is in service, and of the others the main versions; it is counted
     * apart. Callers of the hook of that name that chose nothing, or otherwise, are not touched.
     *
     * @param plugin the plugin's id
     * @param versions which versions will do: a range such as {@code [1,2)}, where {@code 1.2} means that or higher; the
     *     highest stable one in it is taken, or a deprecated one if there is none. {@code beta} after the range, or instead
     *     of it, takes versions of that stage too, as does a range of one version
     * @throws IllegalArgumentException if that is no choice
     */
    Hooks versions(String plugin, String versions);

    /** Calls a filter hook. */
    @ProviderType
    interface FilterHook<T> {
        /** Passes a value through all handlers and returns what the last one gave. */
        T apply(T value);
    }

    /** Calls an action hook. */
    @ProviderType
    interface ActionHook<T> {
        /** Tells all handlers. */
        void fire(T value);
    }

    /** Calls a collect hook. */
    @ProviderType
    interface CollectHook<T, R> {
        /** All answers in the order of the handlers; unmodifiable. */
        List<R> collect(T value);
    }

    /** Calls a first hook. */
    @ProviderType
    interface FirstHook<T, R> {
        /** The first answer. */
        Optional<R> first(T value);
    }
}
