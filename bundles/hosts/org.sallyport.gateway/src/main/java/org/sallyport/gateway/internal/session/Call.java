package org.sallyport.gateway.internal.session;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;

/** A client's request on its way to one server and back. Thread-safe. */
final class Call {
    /** The key of the client's request; empty for a request of the gateway's own. */
    final String clientKey;

    /** The id by which the server knows it. */
    final Document serverId;

    /** The same as JSON text. */
    final String serverKey;

    /** The request, with the client's id and progress token; after its pass in the form in which it was sent. */
    volatile Frame sent;

    /** The client's progress token; {@link Document#NULL} if there is none. */
    final Document token;

    final Passage passage;

    /** Order of what the server sends about it. */
    final Sequence sequence;

    private final Consumer<Frame> answer;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean repeated = new AtomicBoolean();

    Call(String clientKey, long serverId, Frame sent, Passage passage, int limit, Consumer<Frame> answer) {
        this.clientKey = clientKey;
        this.serverId = Document.of(serverId);
        this.serverKey = Long.toString(serverId);
        this.sent = sent;
        this.token = sent.document().at("params", "_meta", "progressToken");
        this.passage = passage;
        this.sequence = new Sequence(limit);
        this.answer = answer;
    }

    /** Gives the answer; later ones are ignored. */
    void answer(Frame frame) {
        if (answered.compareAndSet(false, true)) {
            answer.accept(frame);
        }
    }

    /** Nobody wants the answer any more. */
    boolean abandon() {
        return answered.compareAndSet(false, true);
    }

    /** Whether it may be sent once more: {@code true} the first time. */
    boolean repeat() {
        return repeated.compareAndSet(false, true);
    }

    boolean isOver() {
        return answered.get();
    }
}
