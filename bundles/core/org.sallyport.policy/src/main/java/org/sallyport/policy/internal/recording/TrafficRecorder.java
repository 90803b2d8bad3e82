package org.sallyport.policy.internal.recording;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.policy.Exchange;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records messages as they come and what was decided of them. They are written by a thread of its own: no message waits for the disk, and
 * those that it cannot keep up with are missed and counted. Thread-safe.
 */
public final class TrafficRecorder implements AutoCloseable {
    /** Most messages that wait to be written. */
    static final int MAX_WAITING = 4_096;

    /** Most bytes of them. */
    static final long MAX_WAITING_BYTES = 64L << 20;

    private static final long CLOSE_SECONDS = 5;
    private static final Logger log = LoggerFactory.getLogger(TrafficRecorder.class);

    private final Path folder;
    private final Rule rule;
    private final RecordingFiles files;
    private final ThreadPoolExecutor writing;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();

    /**
     * What is recorded.
     *
     * @param mode what of those that a security plugin blocked or changed
     * @param servers of these servers; all if empty
     * @param messageBytes largest message; of larger ones only the decisions
     * @param fileBytes most bytes of a file
     * @param fileMessages most messages of a file
     * @param files most files
     */
    public record Rule(
            Recorded.Mode mode, Set<String> servers, long messageBytes, long fileBytes, long fileMessages, int files) {
        public Rule {
            servers = Set.copyOf(servers);
        }

        private boolean covers(String server) {
            return servers.isEmpty() || servers.contains(server);
        }
    }

    /** @param folder where the files go; made when there is something to record */
    public TrafficRecorder(Path folder, Rule rule) {
        this.folder = folder;
        this.rule = rule;
        this.files = new RecordingFiles(
                folder, new RecordingFiles.Bounds(rule.fileBytes(), rule.fileMessages(), rule.files()));
        // The bound is kept by those who add.
        this.writing = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
            Thread thread = new Thread(null, body, "sallyport-recorder", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        writing.allowCoreThreadTimeOut(true);
    }

    /** A message passed. Returns at once and never throws. */
    public void passed(Exchange exchange, Inbound message, PolicyResult result) {
        if (!rule.covers(exchange.server())) {
            return;
        }
        long bytes = message.bytes();
        long before = waitingBytes.getAndAdd(bytes);
        // A message that is larger than all that may wait is taken if none waits.
        if (waiting.incrementAndGet() > MAX_WAITING || before > 0 && before + bytes > MAX_WAITING_BYTES) {
            done(bytes);
            miss("more came than could be written");
            return;
        }
        try {
            writing.execute(() -> {
                try {
                    write(exchange, message, result);
                } finally {
                    done(bytes);
                }
            });
        } catch (RuntimeException e) {
            done(bytes);
            miss("it is being closed");
        }
    }

    private void done(long bytes) {
        waiting.decrementAndGet();
        waitingBytes.addAndGet(-bytes);
    }

    private void write(Exchange exchange, Inbound message, PolicyResult result) {
        try {
            files.append(Recorded.of(exchange, message, result, rule.mode(), rule.messageBytes())
                    .toDocument()
                    .toJson());
        } catch (IOException | RuntimeException e) {
            miss(e.toString());
        }
    }

    private void miss(String why) {
        long n = missed.incrementAndGet();
        if (Long.bitCount(n) == 1) {
            log.warn("A message was not recorded in [{}]: {}; so far: [{}]", folder, why, n);
        }
    }

    /** Messages that were not recorded because that failed or took too long. */
    public long missed() {
        return missed.get();
    }

    /** Writes what waits, within a few seconds. */
    @Override
    public void close() {
        writing.shutdown();
        try {
            if (!writing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                writing.shutdownNow().forEach(none -> miss("the disk took too long"));
                return;
            }
            files.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("The recording in [{}] could not be closed: {}", folder, e.toString());
        }
    }
}
