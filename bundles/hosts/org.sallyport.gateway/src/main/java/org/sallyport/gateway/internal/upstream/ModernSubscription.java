package org.sallyport.gateway.internal.upstream;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;

/**
 * A {@code subscriptions/listen} of the modern era at a server of the legacy era. It listens in a session in which requests run, so that it
 * hears what they change. Thread-safe.
 */
final class ModernSubscription {
    private enum Stage {
        BEGUN,
        LISTENING,
        OVER
    }

    private final ModernOverLegacy bridge;
    private final LegacySeats seats;
    private final Document id;
    private final Document wanted;
    private final Set<String> uris = new LinkedHashSet<>();
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.BEGUN);

    /** The acknowledgement comes before any notification. */
    private final Object order = new Object();

    private boolean acknowledged;
    private volatile LegacySeats.@Nullable Seat seat;

    ModernSubscription(ModernOverLegacy bridge, LegacySeats seats, Frame frame) {
        this.bridge = bridge;
        this.seats = seats;
        this.id = frame.id();
        Document notifications = frame.document().at("params", "notifications");
        this.wanted = notifications.isNull() ? Document.EMPTY_OBJECT : notifications;
        Document resources = wanted.get("resourceSubscriptions");
        (resources.isArray() ? resources.values() : List.<Document>of())
                .forEach(uri -> uri.text().ifPresent(uris::add));
    }

    /**
     * Begins to listen, and says so to the client once the server knows what it wants to hear of.
     *
     * @param meta what the client says of itself
     */
    void start(Document meta) {
        LegacySeats.Seat taken = seats.listen(meta, this);
        seat = taken;
        if (stage.get() == Stage.OVER) {
            taken.leave(this);
            return;
        }
        taken.conversation.begin(new Conversation.Answer() {
            @Override
            public void response(Frame frame) {
                if (!frame.document().get("result").isObject()) {
                    if (leave()) {
                        bridge.ended(id, ModernSubscription.this);
                        bridge.deliver(Frames.withId(frame, id), Wire.key(id));
                    }
                } else if (stage.compareAndSet(Stage.BEGUN, Stage.LISTENING)) {
                    taken.watched.add(uris, ModernSubscription.this::acknowledge);
                }
            }

            @Override
            public void failure(UpstreamException cause) {
                lost(cause);
            }
        });
    }

    private void acknowledge() {
        synchronized (order) {
            acknowledged = true;
            deliver(Modern.ACKNOWLEDGED, Document.object("notifications", wanted));
        }
    }

    /** The server says that something changed. */
    void changed(Frame frame) {
        String what = frame.method().orElse("");
        Document params = frame.document().get("params");
        if (wants(what, params)) {
            synchronized (order) {
                if (acknowledged) {
                    deliver(what, params);
                }
            }
        }
    }

    private void deliver(String what, Document params) {
        if (stage.get() == Stage.LISTENING) {
            Document whole = params.isObject() ? params : Document.EMPTY_OBJECT;
            Document meta = whole.get("_meta").isObject() ? whole.get("_meta") : Document.EMPTY_OBJECT;
            bridge.deliver(
                    Frames.notification(what, whole.with("_meta", meta.with(Modern.SUBSCRIPTION, id))), Wire.key(id));
        }
    }

    private boolean wants(String what, Document params) {
        return switch (what) {
            case "notifications/tools/list_changed" ->
                wanted.get("toolsListChanged").asBoolean(false);
            case "notifications/prompts/list_changed" ->
                wanted.get("promptsListChanged").asBoolean(false);
            case "notifications/resources/list_changed" ->
                wanted.get("resourcesListChanged").asBoolean(false);
            case "notifications/resources/updated" ->
                uris.contains(params.get("uri").text(""));
            default -> false;
        };
    }

    /** The session is gone, and with it what the server knew of this. */
    void lost(UpstreamException cause) {
        if (leave()) {
            bridge.ended(id, this);
            bridge.fail(id, cause);
        }
    }

    /** The client has left. */
    void cancel() {
        leave();
    }

    private boolean leave() {
        Stage before = stage.getAndSet(Stage.OVER);
        LegacySeats.Seat taken = seat;
        if (taken != null && before != Stage.OVER) {
            taken.leave(this);
            if (before == Stage.LISTENING) {
                taken.watched.remove(uris);
            }
        }
        return before != Stage.OVER;
    }
}
