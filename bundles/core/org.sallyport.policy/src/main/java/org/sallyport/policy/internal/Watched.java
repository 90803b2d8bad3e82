package org.sallyport.policy.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Work that is owned by one thread at a time and can be taken over when plugin code, or the queue, keeps it too long.
 *
 * <p>The ticket is the owner: even while host code has it, odd while plugin code runs or while it waits in the queue.
 * It only counts up, so whoever moves it from an odd number by compare-and-set owns the work, exactly once. All other
 * fields of a subclass belong to the owner.
 */
abstract class Watched implements Runnable {
    private static final VarHandle TICKET;

    static {
        try {
            TICKET = MethodHandles.lookup().findVarHandle(Watched.class, "ticket", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int ticket;
    private volatile long deadline;
    private volatile @Nullable HostThread runner;

    /** Sets the time by which plugin code has to let go. Owner only. */
    final void deadline(long nanoTime) {
        deadline = nanoTime;
    }

    final long deadline() {
        return deadline;
    }

    /** The ticket that {@link #enqueued()} will set; to be stored before that lets go of the work. Owner only. */
    final int nextTicket() {
        return ticket + 1;
    }

    /** The work goes to the queue now; who takes it up calls {@link #leave} with that ticket. Owner only. */
    final void enqueued() {
        runner = null;
        ticket = nextTicket();
    }

    /** Plugin code begins on this thread. Owner only. */
    final int enter(HostThread thread) {
        runner = thread;
        thread.watched = this;
        int entered = ticket + 1;
        ticket = entered;
        return entered;
    }

    /** Plugin code, or the wait in the queue, is over; false if somebody else took the work over meanwhile. */
    final boolean leave(int entered) {
        return TICKET.compareAndSet(this, entered, entered + 1);
    }

    /** Whether that odd ticket is still the present one; for plugin code that asks whether anybody waits for it. */
    final boolean isCurrent(int entered) {
        return ticket == entered;
    }

    /** Takes the work over if it is overdue. Called by the watchdog, with {@code null} for work in the queue. */
    final boolean takeOver(@Nullable HostThread thread, long now) {
        int seen = ticket;
        if ((seen & 1) == 0 || runner != thread || now - deadline < 0) {
            return false;
        }
        Hold hold = thread == null ? null : hold();
        if (hold != null) {
            hold.kept();
        }
        if (TICKET.compareAndSet(this, seen, seen + 1)) {
            return true;
        }
        if (hold != null) {
            hold.back();
        }
        return false;
    }

    /** What a thread goes on holding when it is given up. Counted before the thread can possibly let go of it. */
    interface Hold {
        /** It holds it beyond its deadline. */
        void kept();

        /** It let go after all. */
        void back();
    }

    /** What the plugin code that runs now holds. May be asked when it just ended, and is then put back. */
    abstract Hold hold();

    /**
     * The work was taken over. Runs on the watchdog's thread as the owner: no plugin code here.
     *
     * @param stuck the thread that plugin code holds; {@code null} if the work never left the queue
     */
    abstract void overdue(@Nullable HostThread stuck);
}
