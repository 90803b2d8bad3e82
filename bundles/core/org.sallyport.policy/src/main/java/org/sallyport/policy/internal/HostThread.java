package org.sallyport.policy.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs plugin code and can be given up. A thread that was given up ends when the plugin lets go of it; it
 * never takes another task, so a late interrupt or a value left in a thread-local hits nobody else.
 */
final class HostThread extends Thread {
    /** What runs here under watch; written by this thread, read by the watchdog. */
    volatile @Nullable Watched watched;

    /** There is work for it, so it need not rest; written by who took it from the idle ones. */
    volatile boolean called;

    private final AtomicBoolean givenUp = new AtomicBoolean();

    HostThread(Runnable body, String name) {
        // No inherited thread-locals: what the caller holds is none of the plugin's business.
        super(null, body, name, 0, false);
        setDaemon(true);
        setContextClassLoader(ClassLoader.getPlatformClassLoader());
    }

    static HostThread current() {
        return (HostThread) Thread.currentThread();
    }

    /** Whether this call was the one that gave it up. */
    boolean giveUp() {
        return givenUp.compareAndSet(false, true);
    }

    boolean isGivenUp() {
        return givenUp.get();
    }

    /** Undoes what a plugin may have left on this thread. */
    void tidy() {
        watched = null;
        Thread.interrupted();
        if (getContextClassLoader() != ClassLoader.getPlatformClassLoader()) {
            setContextClassLoader(ClassLoader.getPlatformClassLoader());
        }
    }
}
