package org.sallyport.gateway.internal.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.RpcError;

/**
 * A client's subscription at several servers: a part at each of them. A part that breaks, as its server is gone, is taken
 * up again until the client leaves; servers that are configured later get a part too. It ends when no server has one, with
 * what the last one said. Thread-safe.
 */
final class Subscription {
    private static final long FIRST_MILLIS = 1_000;
    private static final long LAST_MILLIS = 60_000;

    private final Session session;
    private final ClientRequest request;
    private final Document wanted;

    /** Pauses before the next try, by the servers that have a part. Under the lock. */
    private final Map<ServerLink, Long> parts = new HashMap<>();

    Subscription(Session session, ClientRequest request) {
        this.session = session;
        this.request = request;
        this.wanted = request.frame.document().at("params", "notifications");
    }

    /** What the client wants to be notified of. */
    Document wanted() {
        return wanted.isNull() ? Document.EMPTY_OBJECT : wanted;
    }

    /** Subscribes at those of these servers that have no part yet. */
    void join(List<ServerLink> links) {
        List<ServerLink> come;
        synchronized (parts) {
            come = links.stream()
                    .filter(link -> parts.putIfAbsent(link, FIRST_MILLIS) == null)
                    .toList();
        }
        come.forEach(this::subscribe);
    }

    private void subscribe(ServerLink link) {
        Frame part = Frames.with(request.frame, Naming.inward(link.name(), wanted), "params", "notifications");
        request.made(link, link.call(request.key, part, answer -> ended(link, answer)));
    }

    private void ended(ServerLink link, Frame answer) {
        boolean broken = answer.document().at("error", "code").asLong(0) == RpcError.UPSTREAM_UNAVAILABLE;
        long pause;
        boolean last;
        synchronized (parts) {
            pause = parts.getOrDefault(link, LAST_MILLIS);
            if (broken && session.links().contains(link)) {
                parts.put(link, Math.min(2 * pause, LAST_MILLIS));
            } else {
                broken = false;
                parts.remove(link);
            }
            last = parts.isEmpty();
        }
        if (last) {
            session.answer(request, answer);
        } else if (broken && session.isUnderWay(request.key)) {
            try {
                session.context().timer().schedule(() -> again(link), pause, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The gateway stops, and its clients with it.
            }
        }
    }

    /** What the server notified of meanwhile is lost, so the client is told to look itself. */
    private void again(ServerLink link) {
        if (session.isUnderWay(request.key) && session.links().contains(link)) {
            link.missed();
            subscribe(link);
        }
    }
}
