package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Threads that call again and again until they are ended. */
final class Callers {
    private static final long LONGEST_MILLIS = 60_000;

    private final AtomicBoolean done = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();

    private Callers() {}

    /** @param each gives each thread what it does again and again; what that throws, {@link #end} tells of */
    static Callers start(int count, Supplier<Runnable> each) {
        Callers callers = new Callers();
        for (int i = 0; i < count; i++) {
            Runnable call = each.get();
            Thread thread = new Thread(() -> callers.run(call));
            callers.threads.add(thread);
            thread.start();
        }
        return callers;
    }

    private void run(Runnable call) {
        while (!done.get()) {
            try {
                call.run();
            } catch (RuntimeException | LinkageError | AssertionError e) {
                wrong.add(e.toString());
            }
        }
    }

    /** Ends them after the call that they are in; none of them may have thrown anything. */
    void end() throws InterruptedException {
        done.set(true);
        for (Thread thread : threads) {
            thread.join(LONGEST_MILLIS);
        }
        assertThat(wrong).as("what went wrong in callers").isEmpty();
    }
}
