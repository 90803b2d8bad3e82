package org.sallyport.gateway.internal.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A conversation with a child process of its own, as lines of JSON. A thread writes, another one reads; the writing one
 * also starts the process, so {@link #send} never waits. Inbox calls are made one at a time under {@link #delivery}.
 */
final class StdioLink implements Upstream.Link {
    /** Most frames that wait for a child which does not read. */
    static final int MAX_QUEUED = 4_096;

    /** Most bytes that wait, beside the frame that is sent. */
    static final long MAX_QUEUED_BYTES = 64L << 20;

    /** Instead of a time: of a subscription, which may be quiet for as long as nothing happens. */
    private static final long NEVER_SILENT = Long.MIN_VALUE;

    private static final Logger log = LoggerFactory.getLogger(StdioLink.class);

    private record Outgoing(Frame frame, CompletableFuture<Void> handed) {}

    private final UpstreamSettings settings;
    private final Era era;
    private final Upstream.Inbox inbox;
    private final Restarts restarts;
    private final Reaper reaper;
    private final BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Map<String, Long> owed = new ConcurrentHashMap<>();
    private final Object delivery = new Object();
    private final Object life = new Object();
    private @Nullable Thread writer;
    private volatile @Nullable ChildProcess child;
    private volatile long heardNanos;
    private volatile boolean closed;
    private int sweeps;

    StdioLink(UpstreamSettings settings, Era era, Upstream.Inbox inbox, Restarts restarts, Reaper reaper) {
        this.settings = settings;
        this.era = era;
        this.inbox = inbox;
        this.restarts = restarts;
        this.reaper = reaper;
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        int length = frame.bytes().length;
        Outgoing outgoing = new Outgoing(frame, new CompletableFuture<>());
        long before = queuedBytes.getAndAdd(length);
        if (before > MAX_QUEUED_BYTES || !queue.offer(outgoing)) {
            queuedBytes.addAndGet(-length);
            return CompletableFuture.failedFuture(new UpstreamException("Server [" + settings.name()
                    + "] does not read: " + queue.size() + " messages wait for it. Try again later"));
        }
        synchronized (life) {
            if (closed) {
                abandonQueue();
            } else if (writer == null) {
                writer = new Thread(this::write, "sallyport-upstream-" + settings.name() + "-writer");
                writer.setDaemon(true);
                writer.start();
            }
        }
        return outgoing.handed();
    }

    @Override
    public void close() {
        ChildProcess last;
        synchronized (life) {
            if (closed) {
                return;
            }
            closed = true;
            if (writer != null) {
                writer.interrupt();
            }
            last = child;
            abandonQueue();
        }
        owed.clear();
        if (last != null) {
            reaper.stop(last);
        }
        reaper.forget(this);
    }

    /** Reports requests whose server was silent for too long, and notes what the child has started. */
    void sweep(long now, Duration silence) {
        ChildProcess running = child;
        if (running == null || closed) {
            return;
        }
        // Looking through all processes of the machine is not cheap; what a server starts, it mostly starts at once.
        if (sweeps++ % 16 < 2) {
            running.noteDescendants();
        }
        if (silence.isZero() || now - heardNanos < silence.toNanos()) {
            return;
        }
        owed.forEach((id, since) -> {
            if (since != NEVER_SILENT && now - since >= silence.toNanos() && owed.remove(id, since)) {
                fail(
                        id,
                        new UpstreamException("Server [" + settings.name() + "] was silent for " + silence.toMillis()
                                + " ms; the request was given up"));
            }
        });
    }

    private void write() {
        while (!closed) {
            try {
                Outgoing next = queue.take();
                queuedBytes.addAndGet(-next.frame().bytes().length);
                try {
                    hand(next.frame());
                    next.handed().complete(null);
                } catch (UpstreamException e) {
                    next.handed().completeExceptionally(e);
                }
            } catch (InterruptedException e) {
                // Only close() interrupts.
                return;
            }
        }
    }

    private void hand(Frame frame) throws UpstreamException, InterruptedException {
        ChildProcess running = running(frame);
        String id = frame.isRequest() ? Wire.key(frame.id()) : "";
        if (!id.isEmpty()) {
            boolean subscribes = frame.method().orElse("").equals(Modern.LISTEN);
            owed.put(id, subscribes ? NEVER_SILENT : System.nanoTime());
        } else if (era == Era.MODERN && frame.method().orElse("").equals("notifications/cancelled")) {
            // A server of this era does not answer what was cancelled.
            owed.remove(Wire.key(frame.document().at("params", "requestId")));
        }

        String problem = "";
        try {
            running.write(Wire.oneLine(frame.bytes()));
            if (queue.isEmpty()) {
                running.flush();
            }
        } catch (IOException e) {
            problem = ": " + e.getMessage();
        }
        if (!problem.isEmpty() || running.hasEnded()) {
            // Whoever takes the id off the table reports it; the reading thread may have been faster.
            if (id.isEmpty() || owed.remove(id) != null) {
                throw new UpstreamException(
                        "Server [" + settings.name() + "] ended before it took the message" + problem);
            }
        }
    }

    private ChildProcess running(Frame frame) throws UpstreamException, InterruptedException {
        ChildProcess running = child;
        if (running != null && !running.hasEnded()) {
            return running;
        }
        boolean begins = era == Era.MODERN
                ? frame.isRequest()
                : frame.method().orElse("").equals("initialize");
        if (!begins) {
            throw new UpstreamException(
                    "Server [" + settings.name() + "] is not running; the session begins again with [initialize]");
        }
        Duration pause = restarts.untilStart();
        if (pause.compareTo(settings.connectTimeout()) > 0) {
            throw new UpstreamException("Server [" + settings.name() + "] ended several times; it is started again in "
                    + pause.toMillis() + " ms at the earliest. Its log says more");
        }
        Thread.sleep(pause.toMillis());
        return start();
    }

    private ChildProcess start() throws UpstreamException {
        ChildProcess started;
        try {
            heardNanos = System.nanoTime();
            started = ChildProcess.start(settings, new Events());
        } catch (UpstreamException e) {
            restarts.ended(Duration.ZERO);
            throw e;
        }
        reaper.watch(started);
        synchronized (life) {
            child = started;
            if (closed) {
                reaper.stop(started);
                throw new UpstreamException("The link to server [" + settings.name() + "] was closed");
            }
        }
        return started;
    }

    private void abandonQueue() {
        UpstreamException cause = new UpstreamException("The link to server [" + settings.name() + "] was closed");
        for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
            queuedBytes.addAndGet(-next.frame().bytes().length);
            next.handed().completeExceptionally(cause);
        }
    }

    private void fail(String id, UpstreamException cause) {
        synchronized (delivery) {
            if (!closed) {
                inbox.failed(id, cause);
            }
        }
    }

    private final class Events implements ChildProcess.Listener {
        private int garbage;

        @Override
        public void line(ChildProcess from, byte[] line) {
            heardNanos = System.nanoTime();
            try {
                for (Frame frame : Wire.read(line)) {
                    frame(frame);
                }
            } catch (JsonException e) {
                garbage("no JSON: " + Wire.shown(String.valueOf(e.getMessage())));
            } catch (RuntimeException e) {
                // The reader must live: without it the child would hang and all its requests with it.
                log.error("A message of server [{}] could not be processed", settings.name(), e);
            }
        }

        private void frame(Frame frame) {
            if (!Wire.isMessage(frame)) {
                garbage("no JSON-RPC message");
            } else if (frame.isResponse() && owed.remove(Wire.key(frame.id())) == null) {
                garbage("an answer to a request that is not open");
            } else {
                synchronized (delivery) {
                    if (!closed) {
                        inbox.received(frame, "");
                    }
                }
            }
        }

        private void garbage(String what) {
            garbage++;
            // The line itself is not logged: it may hold what a policy keeps out of logs.
            if (Integer.bitCount(garbage) == 1) {
                log.warn("Server [{}] sent {}; it was skipped ({} so far)", settings.name(), what, garbage);
            }
        }

        @Override
        public void ended(ChildProcess from, String how) {
            reaper.stop(from);
            if (closed) {
                return;
            }
            restarts.ended(from.ran());
            log.warn("Server [{}] {}; it is started again at its next use", settings.name(), how);
            UpstreamException cause = new UpstreamException("Server [" + settings.name() + "] " + how);
            for (String id : owed.keySet()) {
                if (owed.remove(id) != null) {
                    fail(id, cause);
                }
            }
            synchronized (delivery) {
                if (!closed) {
                    inbox.lost(cause);
                }
            }
        }
    }
}
