package org.sallyport.worker.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * What the elements of a set and the keys of a map may be: plain values, all of one type. A hash table is slow beyond any bound
 * when whoever fills it makes all hashes the same, unless what is in it can be ordered; that holds for values of one type
 * ({@link java.util.HashMap}, implementation notes). Not thread-safe.
 */
final class Keys {
    private @Nullable Class<?> type;

    /**
     * Checks before writing.
     *
     * @throws IllegalArgumentException if these may not be the keys of a map, or the elements of a set
     */
    static void check(@Nullable Object[] keys) {
        Keys seen = new Keys();
        for (Object key : keys) {
            if (!seen.fits(key)) {
                throw new IllegalArgumentException("elements of a set and keys of a map have to be strings, numbers,"
                        + " booleans or constants of the API, all of one type");
            }
        }
    }

    /**
     * The next one that was read.
     *
     * @throws ProtocolException if it may not be one
     */
    @Nullable Object next(@Nullable Object key) throws ProtocolException {
        if (!fits(key)) {
            throw new ProtocolException("a set or a map with keys that cannot be ordered");
        }
        return key;
    }

    private boolean fits(@Nullable Object key) {
        if (key == null) {
            return true;
        }
        boolean plain =
                key instanceof String || key instanceof Number || key instanceof Boolean || key instanceof Enum<?>;
        Class<?> now = key instanceof Enum<?> constant ? constant.getDeclaringClass() : key.getClass();
        boolean same = type == null || type == now;
        type = now;
        return plain && same;
    }
}
