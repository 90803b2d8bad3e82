package org.sallyport.worker.internal.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at all workers every {@value #EVERY_MILLIS} ms, as long as there are some. Thread-safe. */
final class Watchdog {
    static final long EVERY_MILLIS = 10;

    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private boolean running;

    void watch(Worker worker) {
        workers.add(worker);
        worker.ended().thenRun(() -> workers.remove(worker));
        synchronized (this) {
            if (!running) {
                running = true;
                Thread thread = new Thread(this::run, "sallyport-worker-watchdog");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private void run() {
        while (true) {
            synchronized (this) {
                if (workers.isEmpty()) {
                    running = false;
                    return;
                }
            }
            long now = System.nanoTime();
            workers.forEach(worker -> worker.check(now));
            try {
                Thread.sleep(EVERY_MILLIS);
            } catch (InterruptedException e) {
                // Nobody interrupts it; it ends with the last worker.
            }
        }
    }
}
