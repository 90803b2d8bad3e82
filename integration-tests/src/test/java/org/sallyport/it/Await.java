package org.sallyport.it;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what comes in its own time; bounded, so that a test which waits in vain fails. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Await() {}

    /** Waits until a condition holds; an exception counts as "not yet". */
    public static void until(String what, Callable<Boolean> condition) throws InterruptedException {
        Exception last = null;
        for (long end = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() < end; Thread.sleep(20)) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception e) {
                last = e;
            }
        }
        throw new AssertionError("Not within " + LIMIT.toSeconds() + " s: " + what, last);
    }

    /** Waits until somebody listens. */
    public static void port(int port) throws InterruptedException {
        until("port " + port, () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        });
    }
}
