package org.sallyport.deploy.internal;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what comes in its own time; bounded, so that a test which waits in vain fails. */
final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Await() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        for (long end = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() < end; Thread.sleep(5)) {
            if (condition.call()) {
                return;
            }
        }
        throw new AssertionError("Not within " + LIMIT.toSeconds() + " s: " + what);
    }
}
