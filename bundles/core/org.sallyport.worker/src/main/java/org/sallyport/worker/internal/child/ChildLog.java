package org.sallyport.worker.internal.child;

import org.jspecify.annotations.Nullable;
import org.sallyport.worker.internal.wire.HostLog;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that hands its lines to the host; from {@code INFO} on, and none before the host is known. */
final class ChildLog extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    /** Most characters of a line. */
    private static final int MAX_LINE = 10_000;

    private static volatile @Nullable HostLog host;

    ChildLog(String name) {
        this.name = name;
    }

    static void to(HostLog log) {
        host = log;
    }

    static Logger of(String name) {
        return new ChildLog(name);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String message,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        HostLog log = host;
        if (log == null) {
            return;
        }
        String text = arguments == null ? message : MessageFormatter.basicArrayFormat(message, arguments);
        String line = String.valueOf(text) + (thrown == null ? "" : " (" + thrown + ")");
        try {
            log.log(level.toInt(), name, line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line);
        } catch (RuntimeException e) {
            // The host has its own line about a worker that it lost.
        }
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
