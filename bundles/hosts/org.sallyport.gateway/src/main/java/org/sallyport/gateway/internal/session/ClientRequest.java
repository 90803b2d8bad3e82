package org.sallyport.gateway.internal.session;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Room;

/** A request of the client that is not answered yet, and the calls that were made of it. Thread-safe. */
final class ClientRequest {
    final Frame frame;

    /** By what the front knows it; unique among those under way. */
    final String key;

    final String method;

    /** When it came, by {@link System#nanoTime()}. */
    final long at = System.nanoTime();

    private volatile Room.@Nullable Hold hold;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<ServerLink> links = new CopyOnWriteArrayList<>();

    ClientRequest(Frame frame, String key) {
        this.frame = frame;
        this.key = key;
        this.method = frame.method().orElse("");
    }

    Document id() {
        return frame.id();
    }

    /** Takes its place among the messages that are on their way, until it is answered. */
    void place(Room room) {
        hold = room.hold(frame);
    }

    /** Gives its place back. */
    void leave() {
        Room.Hold place = hold;
        if (place != null) {
            place.close();
        }
    }

    void made(ServerLink link, Call call) {
        links.add(link);
        calls.add(call);
    }

    /** Does something with each call that was made. */
    void eachCall(java.util.function.BiConsumer<ServerLink, Call> action) {
        for (int i = 0; i < calls.size(); i++) {
            action.accept(links.get(i), calls.get(i));
        }
    }
}
