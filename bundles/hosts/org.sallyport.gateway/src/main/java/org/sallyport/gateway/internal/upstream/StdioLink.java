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
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.LongLine;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.Room;
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

    /** The id of the gateway's own question whether a silent child lives. */
    private static final Document ALIVE = Document.of("sallyport-alive");

    private static final Logger log = LoggerFactory.getLogger(StdioLink.class);

    private record Outgoing(Frame frame, CompletableFuture<Void> handed) {}

    /** What all links to one server share. */
    record Shared(Restarts restarts, Reaper reaper, Room room, Spares spares) {}

    private final UpstreamSettings settings;
    private final Era era;
    private final Upstream.Inbox inbox;
    private final Restarts restarts;
    private final Reaper reaper;
    private final Room room;
    private final Spares spares;
    private final BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong queuedBytes = new AtomicLong();

    /** When the child was last heard of about a request, by the request's id. */
    private final Map<String, Long> owed = new ConcurrentHashMap<>();

    private final Object delivery = new Object();
    private final Object life = new Object();
    private @Nullable Thread writer;
    private volatile @Nullable ChildProcess child;
    private volatile @Nullable Events events;

    /** When it last said something that could be about any request. */
    private volatile long heardNanos;

    /** When it was asked whether it lives; 0 if it was not or has answered. */
    private volatile long askedNanos;

    private volatile boolean closed;
    private int sweeps;

    StdioLink(UpstreamSettings settings, Era era, Upstream.Inbox inbox, Shared shared) {
        this.settings = settings;
        this.era = era;
        this.inbox = inbox;
        this.restarts = shared.restarts();
        this.reaper = shared.reaper();
        this.room = shared.room();
        this.spares = shared.spares();
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
        // Read in this order: they are set in the other one.
        Events heard = events;
        ChildProcess running = child;
        if (heard == null || running == null || running.hasEnded() || closed) {
            return;
        }
        // Looking through all processes of the machine is not cheap; what a server starts, it mostly starts at once.
        if (sweeps++ % 16 < 2) {
            running.noteDescendants();
        }
        long asked = askedNanos;
        if (asked != 0 && now - asked >= patience(silence)) {
            // It hangs, or is in the middle of a line without end: it will not come back by itself.
            heard.over(running, "does not answer and is ended");
            return;
        }
        // Its first word takes as long as it takes to start.
        long most = heard.spoke
                ? silence.toNanos()
                : Math.max(silence.toNanos(), settings.connectTimeout().toNanos());
        if (silence.isZero() || now - heardNanos < most) {
            return;
        }
        boolean[] gaveUp = new boolean[1];
        owed.forEach((id, since) -> {
            if (since != NEVER_SILENT && now - since >= most && owed.remove(id, since)) {
                gaveUp[0] = true;
                fail(
                        id,
                        new UpstreamException("Server [" + settings.name() + "] was silent for " + silence.toMillis()
                                + " ms; the request was given up"));
            }
        });
        if (gaveUp[0] && askedNanos == 0) {
            askedNanos = now == 0 ? 1 : now;
            send(question());
        }
    }

    private long patience(Duration silence) {
        return Math.min(silence.toNanos(), settings.connectTimeout().toNanos());
    }

    /** What every server answers at once: in the legacy era a ping, in the modern one what it is. */
    private Frame question() {
        if (era == Era.LEGACY) {
            return Frames.request(ALIVE, "ping", Document.NULL);
        }
        Document meta = Document.object(Modern.VERSION, Document.of(Modern.REVISION))
                .with(Modern.CAPABILITIES, Document.EMPTY_OBJECT);
        return Frames.request(ALIVE, Modern.DISCOVER, Document.object("_meta", meta));
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
        if (!id.isEmpty() && !frame.id().equals(ALIVE)) {
            boolean subscribes = frame.method().orElse("").equals(Modern.LISTEN);
            owed.put(id, subscribes ? NEVER_SILENT : System.nanoTime());
        } else if (era == Era.MODERN && frame.method().orElse("").equals("notifications/cancelled")) {
            // A server of this era does not answer what was cancelled.
            owed.remove(Wire.key(frame.document().at("params", "requestId")));
        }

        String problem = "";
        try {
            running.write(Frames.oneLine(frame.bytes()));
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
                ? frame.isRequest() && !frame.id().equals(ALIVE)
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
        heardNanos = System.nanoTime();
        askedNanos = 0;
        Events next = new Events();
        events = next;
        ChildProcess started = spares.take().orElse(null);
        if (started == null) {
            try {
                started = ChildProcess.start(settings);
            } catch (UpstreamException e) {
                restarts.ended(Duration.ZERO);
                throw e;
            }
            reaper.watch(started);
        }
        started.listen(settings.maxMessage(), room, next);
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
        volatile boolean spoke;
        private volatile boolean over;
        private int garbage;

        @Override
        public void line(ChildProcess from, byte[] line) {
            if (over) {
                return;
            }
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
                return;
            }
            spoke = true;
            if (frame.isResponse() && frame.id().equals(ALIVE)) {
                askedNanos = 0;
            } else if (frame.isResponse() && owed.remove(Wire.key(frame.id())) == null) {
                garbage("an answer to a request that is not open");
            } else {
                heard(frame);
                synchronized (delivery) {
                    if (!closed) {
                        inbox.received(frame, "");
                    }
                }
            }
        }

        /** Progress whose token is a request's id is a word about that one; whatever else is no answer may be about any. */
        private void heard(Frame frame) {
            long now = System.nanoTime();
            boolean progress = frame.method().orElse("").equals("notifications/progress");
            String token = progress ? Wire.key(frame.document().at("params", "progressToken")) : "";
            boolean named = progress
                    && owed.computeIfPresent(token, (id, since) -> since == NEVER_SILENT ? since : Long.valueOf(now))
                            != null;
            if (!named && !frame.isResponse()) {
                heardNanos = now;
            }
        }

        @Override
        public void skipped(ChildProcess from, LongLine line) {
            line.id()
                    .filter(id -> !over && owed.remove(id) != null)
                    .ifPresent(id -> fail(
                            id,
                            new UpstreamException("Server [" + settings.name() + "] answered with a line of ["
                                    + line.length() + "] bytes, "
                                    + (line.noRoom()
                                            ? "for which there is no room: " + room.full()
                                            : "more than 'max.line.bytes' allows"))));
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
            over(from, how);
        }

        /** Once; what it still says afterwards does not count. */
        void over(ChildProcess from, String how) {
            reaper.stop(from);
            synchronized (life) {
                if (closed || over) {
                    return;
                }
                over = true;
                from.abandon();
            }
            askedNanos = 0;
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
