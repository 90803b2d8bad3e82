package org.sallyport.gateway.internal.session;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;

/**
 * Tells a client that its lists are not what they were, as servers came, went or came back. Changes that come together
 * are told once, and never more than once a second. Thread-safe.
 */
final class Announcements {
    private static final long TOGETHER_MILLIS = 50;
    private static final long PAUSE_MILLIS = 1_000;

    private final Session session;
    private final AtomicBoolean pending = new AtomicBoolean();
    private volatile long lastNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);

    Announcements(Session session) {
        this.session = session;
    }

    /** The lists of tools, prompts and resources may be others now. Returns at once. */
    void listsChanged() {
        if (pending.compareAndSet(false, true)) {
            long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNanos);
            try {
                session.context()
                        .timer()
                        .schedule(this::tell, Math.max(TOGETHER_MILLIS, PAUSE_MILLIS - since), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The gateway stops, and its clients with it.
            }
        }
    }

    private void tell() {
        lastNanos = System.nanoTime();
        pending.set(false);
        for (String kind : new String[] {"tools", "prompts", "resources"}) {
            String method = "notifications/" + kind + "/list_changed";
            if (session.era() == Era.MODERN) {
                session.eachSubscription(request -> {
                    Document wanted = request.frame.document().at("params", "notifications");
                    if (wanted.get(kind + "ListChanged").asBoolean(false)) {
                        Document meta = Document.object(Modern.SUBSCRIPTION, request.id());
                        pass(Frames.notification(method, Document.object("_meta", meta)), request.key);
                    }
                });
            } else if (session.tellsOf(kind)) {
                pass(Frames.notification(method, Document.NULL), "");
            }
        }
    }

    private void pass(Frame notification, String about) {
        session.passage("", true).notification(notification, verdict -> {
            if (verdict instanceof Passage.Verdict.Proceed go) {
                session.sink().deliver(go.frame(), about);
            } else {
                session.context().counters().stopped.increment();
            }
        });
    }
}
