package org.sallyport.admission.internal.safety;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the starts that failed one after the other: those whose process ended otherwise than in order before it had been up
 * for a while. Thread-safe.
 */
public final class StartGuard {
    /** With this many failed starts the next one brings in no plugin. */
    public static final int MAX_FAILED = 3;

    private static final Logger log = LoggerFactory.getLogger(StartGuard.class);

    private final @Nullable Path file;
    private int failed;
    private boolean open;

    /** @param file where it counts; null for not at all */
    public StartGuard(@Nullable Path file) {
        this.file = file;
    }

    /** A start begins. How many failed before it. */
    public synchronized int begin() {
        failed = read();
        open = true;
        write(failed + 1);
        return failed;
    }

    /** The start is good: it has been up for a while, or an operator says so. */
    public synchronized void good() {
        if (open) {
            open = false;
            failed = 0;
            write(0);
        }
    }

    /** What failed before counts no more, and what begins now counts as a start. */
    public synchronized void again() {
        failed = 0;
        open = true;
        write(1);
    }

    /** It ends in order: that is no failure, but says nothing about the starts before. */
    public synchronized void end() {
        if (open) {
            open = false;
            write(failed);
        }
    }

    private int read() {
        if (file == null) {
            return 0;
        }
        try {
            return Integer.parseUnsignedInt(
                    Files.readString(file, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            log.debug("No failed starts are known from [{}]", file, e);
            return 0;
        }
    }

    private void write(int count) {
        if (file != null) {
            try {
                // Not synced: the end of a process loses nothing, and the loss of power is no plugin's fault.
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, Integer.toString(count), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                log.warn("Failed starts cannot be counted in [{}]: {}", file, e.toString());
            }
        }
    }
}
