package org.sallyport.gateway.internal.upstream;

import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;

/** Pauses between tries to open an event stream, and why they failed. */
final class Reconnects {
    /** The pause if the server says none. */
    static final long FIRST_MILLIS = 1_000;

    /** The longest pause that a server can ask for. */
    static final long MOST_MILLIS = 60_000;

    private static final long LEAST_MILLIS = 10;

    private Reconnects() {}

    /** What a server asked for, within what is sensible. */
    static long bounded(long millis) {
        return Math.min(MOST_MILLIS, Math.max(LEAST_MILLIS, millis));
    }

    /** The pause after so many failures in a row. */
    static long after(int failures, long first) {
        return bounded(first << Math.min(failures, 12));
    }

    /** What went wrong, for people. */
    static String text(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return "the connection was closed";
        } else if (cause instanceof ConnectException) {
            return Wire.shown(String.valueOf(cause.getMessage()));
        }
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + Wire.shown(message));
    }
}
