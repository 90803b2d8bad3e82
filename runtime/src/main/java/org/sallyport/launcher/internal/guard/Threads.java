package org.sallyport.launcher.internal.guard;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * In whose name threads were started; those of confined plugins alone are remembered, for as long as there is the thread.
 * Thread-safe. Threads are told apart by identity, as a plugin's class could say that it equals another.
 */
final class Threads {
    /** Of a thread that does the work of many. */
    static final Object SHARED = new Object();

    /** In whose name, and whether the JDK made it by itself. */
    private record Owned(Object owner, boolean made) {}

    private final Map<Key, Owned> owners = new ConcurrentHashMap<>();
    private final ReferenceQueue<Thread> gone = new ReferenceQueue<>();

    /** How many entries there are of each owner that the JDK did not make; none of those that have none. */
    private final Map<Object, Integer> known = new ConcurrentHashMap<>();

    /**
     * A thread is about to be started.
     *
     * @param owner its {@link Confined}, or {@link #SHARED}
     * @param made whether the JDK made it by itself
     */
    void started(Thread thread, Object owner, boolean made) {
        for (Reference<?> key = gone.poll(); key != null; key = gone.poll()) {
            forget(key);
        }
        if (owners.putIfAbsent(new Key(thread, gone), new Owned(owner, made)) == null && !made) {
            known.merge(owner, 1, Integer::sum);
        }
    }

    private void forget(Object key) {
        Owned owned = owners.remove(key);
        if (owned != null && !owned.made()) {
            known.computeIfPresent(owned.owner(), (owner, many) -> many > 1 ? many - 1 : null);
        }
    }

    /** Never fewer than {@link #alive} says of those that the JDK did not make, and known at once: some may have ended. */
    int atMost(Confined owner) {
        return known.getOrDefault(owner, 0);
    }

    /** The domain that started it, {@link #SHARED}, or null for the host. */
    @Nullable Object owner(Thread thread) {
        Owned owned = owners.get(new Key(thread, null));
        return owned != null ? owned.owner() : isShared(thread) ? SHARED : null;
    }

    /** Whether the JDK made it by itself, for a confined plugin or for all. */
    boolean isMade(Thread thread) {
        Owned owned = owners.get(new Key(thread, null));
        return owned != null && owned.made();
    }

    /** How many threads of a domain there are, other than one; all entries are looked at. @param made whether those count that the JDK made, or the others */
    int alive(Confined owner, Thread other, boolean made) {
        int alive = 0;
        for (Map.Entry<Key, Owned> entry : owners.entrySet()) {
            if (entry.getValue().owner() == owner && entry.getValue().made() == made) {
                Thread thread = entry.getKey().get();
                if (thread == null || !thread.isAlive() && thread.getState() == Thread.State.TERMINATED) {
                    forget(entry.getKey());
                } else if (thread != other) {
                    alive++;
                }
            }
        }
        return alive;
    }

    /** Whether it is one of those that the JDK has for everybody. One that calls itself so gains nothing by it. */
    static boolean isShared(Thread thread) {
        if (thread.getClass().getClassLoader() != null) {
            return false;
        }
        if (isInnermost(thread)) {
            return true;
        }
        if (thread instanceof ForkJoinWorkerThread worker) {
            return worker.getPool() == ForkJoinPool.commonPool();
        }
        return thread.getName().equals("CompletableFutureDelayScheduler")
                || thread.getName().equals("process reaper");
    }

    /** Whether it is of a class that nobody but the JDK can make threads of: cleaners, carriers of virtual threads, timers of them. */
    static boolean isInnermost(Thread thread) {
        Class<?> type = thread.getClass();
        return type.getClassLoader() == null
                && (type.getName().startsWith("jdk.internal.misc.")
                        || type.getName().startsWith("java.lang.ref."));
    }

    private static final class Key extends WeakReference<Thread> {
        private final int hash;

        Key(Thread thread, @Nullable ReferenceQueue<Thread> gone) {
            super(thread, gone);
            hash = System.identityHashCode(thread);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Key key && key.get() != null && key.get() == get();
        }
    }
}
