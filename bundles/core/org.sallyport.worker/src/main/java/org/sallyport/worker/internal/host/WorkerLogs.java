package org.sallyport.worker.internal.host;

import java.util.function.LongSupplier;
import org.sallyport.worker.internal.wire.HostLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LocationAwareLogger;

/** Writes a worker's lines into the host's log, under the plugin's name: so many a second, each so long, nothing in them that would look like another line. */
final class WorkerLogs implements HostLog {
    /** Most lines in a second. */
    static final int MAX_LINES = 200;

    /** Most characters of a line. */
    static final int MAX_LENGTH = 10_000;

    private static final long SECOND = 1_000_000_000;

    private final Logger logger;
    private final String plugin;
    private final LongSupplier clock;
    private long second;
    private int lines;
    private long lost;

    WorkerLogs(String plugin, LongSupplier clock) {
        this.plugin = plugin;
        this.clock = clock;
        this.logger = LoggerFactory.getLogger("plugin." + plugin);
        this.second = clock.getAsLong();
    }

    @Override
    public void log(int level, String name, String text) {
        long missed;
        synchronized (this) {
            long now = clock.getAsLong();
            if (now - second >= SECOND) {
                second = now;
                lines = 0;
            }
            if (lines >= MAX_LINES) {
                lost++;
                return;
            }
            lines++;
            missed = lost;
            lost = 0;
        }
        MDC.put("plugin", plugin);
        try {
            if (missed > 0) {
                logger.warn("[{}] lines were left out: more than [{}] in a second", missed, MAX_LINES);
            }
            write(level, clean(text));
        } finally {
            MDC.remove("plugin");
        }
    }

    private void write(int level, String text) {
        if (level >= LocationAwareLogger.ERROR_INT) {
            logger.error("{}", text);
        } else if (level >= LocationAwareLogger.WARN_INT) {
            logger.warn("{}", text);
        } else {
            logger.info("{}", text);
        }
    }

    /** Cut, with control characters and line ends as their escapes. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        int length = Math.min(text.length(), MAX_LENGTH);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                clean.append(String.format("\\u%04x", (int) c));
            } else {
                clean.append(c);
            }
        }
        return length < text.length() ? clean.append('…').toString() : clean.toString();
    }
}
