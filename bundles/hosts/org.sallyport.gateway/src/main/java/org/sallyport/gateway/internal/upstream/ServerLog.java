package org.sallyport.gateway.internal.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.sallyport.gateway.internal.rpc.LineReader;
import org.sallyport.gateway.internal.rpc.Room;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a child process says on its standard error, in our log: at most {@value #LINES} lines in {@value #WINDOW_SECONDS}
 * seconds, each cut at {@value #LONGEST} characters.
 */
final class ServerLog {
    private static final Logger log = LoggerFactory.getLogger(ServerLog.class);
    private static final int LINES = 50;
    private static final int WINDOW_SECONDS = 10;
    private static final int LONGEST = 1_000;
    private static final int MOST_BYTES = 64 * 1024;

    private final String server;
    private long windowEnds = Long.MIN_VALUE;
    private int logged;
    private long dropped;

    ServerLog(String server) {
        this.server = server;
    }

    /** Reads until the stream ends, so the child never waits for a reader. */
    void drain(InputStream in) {
        // Of a bound of its own: what a server complains of has to be heard when there is no room, too.
        try (LineReader lines = new LineReader(
                in, MOST_BYTES, new Room(), skipped -> line("(a line of " + skipped.length() + " bytes)"))) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                line(new String(line, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            log.debug("The standard error of server [{}] ended: {}", server, e.toString());
        }
    }

    private void line(String text) {
        long now = System.nanoTime();
        if (windowEnds == Long.MIN_VALUE || now - windowEnds > 0) {
            if (dropped > 0) {
                log.info("[{}] said {} more lines that were not logged", server, dropped);
            }
            windowEnds = now + WINDOW_SECONDS * 1_000_000_000L;
            logged = 0;
            dropped = 0;
        }
        if (logged++ < LINES) {
            log.info("[{}] {}", server, Wire.shown(text.stripTrailing(), LONGEST));
        } else {
            dropped++;
        }
    }
}
