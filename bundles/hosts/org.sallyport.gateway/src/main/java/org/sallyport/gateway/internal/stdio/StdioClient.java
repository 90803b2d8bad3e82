package org.sallyport.gateway.internal.stdio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Envelope;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.LineReader;
import org.sallyport.gateway.internal.rpc.LongLine;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RefusedException;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.gateway.internal.session.ClientSink;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;
import org.sallyport.spi.auth.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client by streams: a thread reads, a thread writes. A client that does not read what it is sent is ended once too
 * much waits for it.
 */
final class StdioClient implements ClientSink {
    private static final Logger log = LoggerFactory.getLogger(StdioClient.class);

    /** Most bytes that wait for the client, besides the newest message. */
    private static final long MAX_WAITING = 16L << 20;

    /** How long answers to what is under way are waited for after the client ended its side. */
    private static final long LAST_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long what waits may take to be written once the session is over. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(5);

    private final LineReader lines;
    private final OutputStream out;
    private final long limit;
    private final String id;
    private final SessionContext context;
    private final Map<Era, Session> sessions = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean writing;

    private record Waiting(byte[] message, Room.Hold hold) {}

    private boolean over;

    StdioClient(InputStream in, OutputStream out, long limit, String id, SessionContext context) {
        this.lines = new LineReader(in, (int) limit, context.room(), this::refuse);
        this.out = out;
        this.limit = limit;
        this.id = id;
        this.context = context;
    }

    CompletableFuture<Void> start() {
        thread(this::read, "sallyport-stdio-reader").start();
        thread(this::write, "sallyport-stdio-writer").start();
        return ended;
    }

    /** A client may speak in both eras, such as one that asks first which of them are spoken here. */
    Collection<Session> sessions() {
        return sessions.values();
    }

    private Session session(Era era) {
        return sessions.computeIfAbsent(era, key -> new Session(id, key, Caller.ANYBODY, context, this));
    }

    void closeAll(String why) {
        sessions().forEach(session -> session.close(why));
        ended();
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void read() {
        try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                if (!isBlank(line)) {
                    take(line);
                }
            }
            awaitLastAnswers();
        } catch (IOException e) {
            log.debug("The client's stream broke: {}", e.getMessage());
        } finally {
            lines.close();
            closeAll("the client ended its stream");
        }
    }

    private void refuse(LongLine line) {
        queue((line.noRoom()
                        ? new RpcError(
                                        RpcError.BLOCKED,
                                        "There is no room for the message: "
                                                + context.room().full())
                                .to(Document.NULL)
                        : Envelope.tooLarge(limit))
                .bytes());
    }

    private void take(byte[] line) {
        try {
            receive(Envelope.read(line));
        } catch (RefusedException e) {
            queue(e.answer().bytes());
        }
    }

    private void receive(Frame frame) {
        Session modern = sessions.get(Era.MODERN);
        String method = frame.method().orElse("");
        boolean asks = Era.of(frame) == Era.MODERN || method.equals(Modern.DISCOVER);
        boolean cancels = modern != null
                && method.equals("notifications/cancelled")
                && modern.isUnderWay(frame.document().at("params", "requestId").toJson());
        if (frame.isRequest() && asks) {
            Optional<RpcError> problem = Modern.problem(frame);
            if (problem.isPresent()) {
                queue(problem.get().to(frame.id()).bytes());
            } else {
                session(Era.MODERN).receive(frame);
            }
        } else if (cancels) {
            modern.receive(frame);
        } else {
            session(Era.LEGACY).receive(frame);
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** A client may write all its requests, end its side, and read: it gets its answers. */
    private synchronized void awaitLastAnswers() {
        long deadline = System.nanoTime() + LAST_ANSWERS_NANOS;
        try {
            while (!over && (underWay() > 0 || writing || !waiting.isEmpty()) && System.nanoTime() < deadline) {
                wait(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int underWay() {
        return sessions().stream().mapToInt(Session::underWay).sum();
    }

    private void write() {
        try {
            for (Waiting next = next(); next != null; next = next()) {
                try (Room.Hold hold = next.hold()) {
                    out.write(next.message());
                    out.write('\n');
                    // One at a time: some clients lose a progress message that comes in one piece with the result.
                    out.flush();
                }
            }
        } catch (IOException e) {
            log.debug("The client cannot be written to: {}", e.getMessage());
        } finally {
            synchronized (this) {
                over = true;
                waiting.forEach(unwritten -> unwritten.hold().close());
                waiting.clear();
                notifyAll();
            }
            closeAll("the client cannot be written to");
            ended.complete(null);
        }
    }

    private synchronized @Nullable Waiting next() {
        writing = false;
        notifyAll();
        try {
            while (waiting.isEmpty() && !over) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        Waiting next = waiting.poll();
        if (next != null) {
            writing = true;
            waitingBytes -= next.message().length;
        }
        return next;
    }

    private void queue(byte[] message) {
        boolean full;
        synchronized (this) {
            full = !waiting.isEmpty() && waitingBytes > MAX_WAITING;
            if (!full && !over) {
                waiting.add(new Waiting(message, context.room().hold(message.length)));
                waitingBytes += message.length;
                notifyAll();
            }
        }
        if (full) {
            log.warn("The client on stdio does not read; it is ended");
            closeAll("the client does not read");
        }
    }

    @Override
    public void deliver(Frame frame, String about) {
        queue(frame.bytes());
    }

    @Override
    public void cancelled(String about) {
        // Nothing is sent: a cancelled request gets no answer.
    }

    @Override
    public void ended() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        // The writer may hang in a write to a client that does not read; nobody has to wait for that.
        ended.completeOnTimeout(null, LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS);
    }
}
