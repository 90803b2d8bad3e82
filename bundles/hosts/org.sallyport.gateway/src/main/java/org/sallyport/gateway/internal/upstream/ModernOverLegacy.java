package org.sallyport.gateway.internal.upstream;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;

/**
 * Shows a server of the legacy era as one of the modern era. Each request runs in a session that the gateway holds at the
 * server for clients with the same abilities; while it runs the session is its own, so that what the server asks or says
 * can be about nothing else. A question of the server becomes a result that requires input: the call is parked under a
 * {@code requestState} that cannot be guessed, and goes on when the client repeats it with the answers. A subscription
 * listens in such a session beside its requests. Thread-safe.
 */
final class ModernOverLegacy implements Upstream.Link {
    /** Most calls that are parked; the oldest one makes room. */
    static final int MAX_PARKED = 256;

    /** Most requests and subscriptions at a time. */
    static final int MAX_RUNNING = 512;

    private static final String STATE = "sallyport-";
    private static final Set<String> REMOVED =
            Set.of("initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe");

    private final Upstream server;
    private final LegacySeats seats;
    private final Upstream.Inbox inbox;
    private final Object delivery = new Object();
    private final SecureRandom random = new SecureRandom();

    /** By the client's id, as JSON text. */
    private final Map<String, ModernRun> runs = new ConcurrentHashMap<>();

    /** By the client's id, as JSON text. */
    private final Map<String, ModernSubscription> subscriptions = new ConcurrentHashMap<>();

    /** By their state; oldest first. Its own lock. */
    private final Map<String, ModernRun> parked = new LinkedHashMap<>();

    private volatile boolean closed;

    ModernOverLegacy(Upstream server, Upstream.Inbox inbox) {
        this.server = server;
        this.seats = new LegacySeats(server);
        this.inbox = inbox;
    }

    @Override
    public CompletionStage<Void> send(Frame frame) {
        String method = frame.method().orElse("");
        if (method.equals("notifications/cancelled")) {
            Document params = frame.document().get("params");
            String key = Wire.key(params.get("requestId"));
            ModernRun run = runs.remove(key);
            if (run != null) {
                run.cancel(params.get("reason"));
            }
            ModernSubscription subscription = subscriptions.remove(key);
            if (subscription != null) {
                subscription.cancel();
            }
        } else if (REMOVED.contains(method)) {
            error(frame.id(), RpcError.METHOD_NOT_FOUND, "The method [" + method + "] is not of this revision");
        } else if (closed || runs.size() + subscriptions.size() >= MAX_RUNNING) {
            return CompletableFuture.failedFuture(new UpstreamException("Server [" + server.name() + "] "
                    + (closed ? "was closed" : "has [" + MAX_RUNNING + "] requests under way; try again later")));
        } else if (method.equals(Modern.LISTEN)) {
            ModernSubscription subscription = new ModernSubscription(this, seats, frame);
            subscriptions.put(Wire.key(frame.id()), subscription);
            subscription.start(frame.document().at("params", "_meta"));
        } else if (frame.isRequest()) {
            begin(frame);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void begin(Frame frame) {
        String state = frame.document().at("params", "requestState").text("");
        if (!state.startsWith(STATE)) {
            ModernRun run =
                    new ModernRun(this, seats, seats.take(frame.document().at("params", "_meta")), frame);
            runs.put(Wire.key(frame.id()), run);
            run.start();
            return;
        }
        ModernRun run;
        synchronized (parked) {
            run = parked.remove(state);
        }
        boolean foreign = run != null && !run.isSame(frame);
        if (foreign) {
            run.cancel(Document.of("Another request came with its state"));
        }
        if (run == null || foreign) {
            error(
                    frame.id(),
                    RpcError.INVALID_PARAMS,
                    "The [requestState] is none that is waited for; send the request anew without it");
            return;
        }
        runs.put(Wire.key(frame.id()), run);
        run.resume(frame);
    }

    /** What a client shows to take up a parked request again; cannot be guessed. */
    String newState() {
        byte[] secret = new byte[24];
        random.nextBytes(secret);
        return STATE + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** The request waits for its client to come back. */
    void park(Document id, String state, ModernRun run) {
        runs.remove(Wire.key(id));
        ModernRun oldest = null;
        synchronized (parked) {
            parked.put(state, run);
            if (parked.size() > MAX_PARKED) {
                String eldest = parked.keySet().iterator().next();
                oldest = parked.remove(eldest);
            }
        }
        if (oldest != null) {
            oldest.cancel(Document.of("Too many requests wait for input"));
        }
    }

    /** The request failed while its client was away. */
    void forget(ModernRun run) {
        synchronized (parked) {
            parked.values().remove(run);
        }
    }

    /** The request has its answer. */
    void ended(Document id, ModernRun run) {
        runs.remove(Wire.key(id), run);
    }

    /** The subscription is over. */
    void ended(Document id, ModernSubscription subscription) {
        subscriptions.remove(Wire.key(id), subscription);
    }

    private void error(Document id, int code, String message) {
        deliver(new RpcError(code, message).to(id), Wire.key(id));
    }

    void deliver(Frame frame, String about) {
        synchronized (delivery) {
            if (!closed) {
                inbox.received(frame, about);
            }
        }
    }

    void fail(Document id, UpstreamException cause) {
        synchronized (delivery) {
            if (!closed) {
                inbox.failed(Wire.key(id), cause);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        seats.close();
    }
}
