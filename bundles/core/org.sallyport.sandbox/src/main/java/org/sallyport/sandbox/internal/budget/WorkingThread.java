package org.sallyport.sandbox.internal.budget;

import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What a thread is at, of those that ever worked for a confined plugin. */
final class WorkingThread {
    private static final ThreadLocal<WorkingThread> CURRENT = ThreadLocal.withInitial(WorkingThread::new);

    /** All of them; those that ended are taken out by the watchdog. */
    static final Queue<WeakReference<WorkingThread>> ALL = new ConcurrentLinkedQueue<>();

    final Thread thread = Thread.currentThread();

    /** Written by the thread alone. */
    volatile @Nullable Call call;

    private WorkingThread() {
        ALL.add(new WeakReference<>(this));
    }

    static WorkingThread current() {
        return CURRENT.get();
    }

    /** Whether a call of this thread is over its budget, the one that runs or one around it; then that. */
    @Nullable Call over() {
        for (Call one = call; one != null; one = one.outer) {
            if (!one.over.isEmpty()) {
                return one;
            }
        }
        return null;
    }

    /** Wakes the thread if it waits inside of the plugin's own code. Never while it works for the host inside of the call. */
    synchronized void interrupt(Call over) {
        Call now = call;
        if (now != null && now.entrance != null && over() == over) {
            thread.interrupt();
        }
    }

    /** The call ended: whoever comes next on this thread is not interrupted for it. */
    synchronized void calm() {
        Thread.interrupted();
    }
}
