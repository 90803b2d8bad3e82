package org.sallyport.gateway.internal.session;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Envelope;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one server sends to one session: passed through the chain, named as the client knows it, delivered in order. What
 * is about one request keeps its order among itself; all else keeps the order of the link, so that no answer overtakes a
 * message that was sent before it.
 */
final class ServerTraffic {
    private static final Logger log = LoggerFactory.getLogger(ServerTraffic.class);
    private static final String PROGRESS = "notifications/progress";
    private static final String CANCELLED = "notifications/cancelled";

    private final Session session;
    private final ServerLink link;
    private final Sequence general;

    ServerTraffic(Session session, ServerLink link) {
        this.session = session;
        this.link = link;
        this.general = new Sequence(session.context().limits().waiting());
    }

    void received(Frame frame, String about) {
        Optional<String> problem = Envelope.problem(frame.document());
        if (problem.isPresent()) {
            log.warn("Server [{}] sent what is no message, it was dropped: {}", link.name(), problem.get());
            drop();
            return;
        }
        // Found now: when its turn comes, the answer may have come too and the call be forgotten.
        Call named = about.isEmpty() ? subscribed(frame) : link.callOf(about);
        Sequence order = named == null ? general : named.sequence;
        if (frame.isResponse()) {
            answered(frame, order);
            return;
        }
        Call subject = named == null ? guess(frame) : named;
        Room.Hold hold = session.context().room().hold(frame);
        boolean taken = order.hold(done -> onward(frame, subject, () -> {
            hold.close();
            done.run();
        }));
        if (!taken) {
            hold.close();
            log.warn(
                    "Server [{}] sends faster than its messages pass the policy chain; [{}] was dropped",
                    link.name(),
                    frame.method().orElse(""));
            drop();
        }
    }

    private void answered(Frame frame, Sequence order) {
        Call call = link.take(frame.id().toJson());
        if (call == null) {
            // Cancelled, or the server made the id up.
            drop();
            return;
        }
        Frame response = Frames.withId(frame, call.sent.id());
        if (frame.document().at("result", "_meta").has(Modern.SUBSCRIPTION)) {
            response = Frames.with(response, call.sent.id(), "result", "_meta", Modern.SUBSCRIPTION);
        }
        if (!call.sent.method().orElse("").equals("initialize")) {
            link.heard();
        }
        Frame known = response;
        Room.Hold hold = session.context().room().hold(known);
        Runnable pass = () -> call.passage.response(known, call.sent, passed -> {
            try {
                call.answer(uncached(known, passed));
            } finally {
                hold.close();
            }
        });
        if (!order.follow(() -> follow(call, pass, hold))) {
            hold.close();
            call.answer(new RpcError(
                            RpcError.INTERNAL_ERROR,
                            "Too many messages of server [" + link.name()
                                    + "] wait for the policy chain; try again later")
                    .to(call.sent.id()));
        }
    }

    private static void follow(Call call, Runnable pass, Room.Hold hold) {
        if (!call.sequence.follow(pass)) {
            hold.close();
        }
    }

    /** What a plugin changed holds for this client, and as long as the plugin's settings: nobody may keep it. */
    private Frame uncached(Frame came, Frame passed) {
        Document result = passed == came ? Document.NULL : passed.document().get("result");
        return result.has("ttlMs") || result.has("cacheScope")
                ? Frame.of(passed.document()
                        .with(
                                "result",
                                result.with("ttlMs", Document.of(0)).with("cacheScope", Document.of("private"))))
                : passed;
    }

    /** The call that began the subscription on which a message came. */
    private @Nullable Call subscribed(Frame frame) {
        Document subscription = frame.document().at("params", "_meta").get(Modern.SUBSCRIPTION);
        return subscription.isNull() ? null : link.callOf(subscription.toJson());
    }

    private void onward(Frame frame, @Nullable Call subject, Runnable done) {
        if (frame.isRequest() && session.era() == Era.MODERN) {
            log.warn(
                    "Server [{}] sent a request [{}], which servers of this revision must not",
                    link.name(),
                    frame.method().orElse(""));
            link.send(new RpcError(RpcError.METHOD_NOT_FOUND, "Clients of this revision take no requests")
                    .to(frame.id()));
            drop();
            done.run();
        } else if (frame.isRequest()) {
            request(frame, subject, done);
        } else {
            switch (frame.method().orElse("")) {
                case PROGRESS -> progress(frame, subject, done);
                case CANCELLED -> cancelled(frame, subject, done);
                case Modern.ACKNOWLEDGED -> {
                    if (session.prefixed()) {
                        // The client has had one for all servers.
                        done.run();
                    } else {
                        notification(named(frame, subject), subject, done);
                    }
                }
                default -> notification(named(frame, subject), subject, done);
            }
        }
    }

    /** A subscription is known to its client by the id of the client's request. */
    private static Frame named(Frame frame, @Nullable Call subject) {
        return subject != null && frame.document().at("params", "_meta").has(Modern.SUBSCRIPTION)
                ? Frames.with(frame, subject.sent.id(), "params", "_meta", Modern.SUBSCRIPTION)
                : frame;
    }

    private void notification(Frame frame, @Nullable Call subject, Runnable done) {
        Passage passage = subject == null ? session.passage(link.name(), true) : subject.passage;
        passage.notification(frame, verdict -> {
            if (verdict instanceof Passage.Verdict.Proceed go) {
                deliver(session.outward(link.name(), go.frame()), subject == null ? "" : subject.clientKey);
            } else {
                session.context().counters().stopped.increment();
            }
            done.run();
        });
    }

    /** The token is one of ours: it tells which request this is about, and is given back as the client wrote it. */
    private void progress(Frame frame, @Nullable Call call, Runnable done) {
        if (call == null || call.token.isNull() || !call.serverKey.equals(token(frame))) {
            drop();
            done.run();
            return;
        }
        notification(Frames.with(frame, call.token, "params", "progressToken"), call, done);
    }

    private void cancelled(Frame frame, @Nullable Call subject, Runnable done) {
        Optional<Document> id = session.asked().take(link, frame.document().at("params", "requestId"));
        if (id.isEmpty()) {
            drop();
            done.run();
            return;
        }
        notification(Frames.with(frame, id.get(), "params", "requestId"), subject, done);
    }

    private void request(Frame frame, @Nullable Call subject, Runnable done) {
        Passage passage = session.passage(link.name(), true);
        passage.request(frame, verdict -> {
            if (verdict instanceof Passage.Verdict.Proceed go) {
                ask(frame, go.frame(), passage, subject);
            } else if (verdict instanceof Passage.Verdict.Answered answered) {
                passage.response(answered.answer(), frame, link::send);
            } else if (verdict instanceof Passage.Verdict.Stopped stopped) {
                session.context().counters().stopped.increment();
                link.send(stopped.error().to(frame.id()));
            }
            done.run();
        });
    }

    private void ask(Frame came, Frame passed, Passage passage, @Nullable Call subject) {
        if (came.method().orElse("").equals("ping")) {
            // The client may have no stream open to hear it; that the session lives is what the server wants to know.
            passage.response(Frames.result(came.id(), Document.EMPTY_OBJECT), passed, link::send);
            return;
        } else if (session.asked().size() >= session.context().limits().calls()) {
            link.send(new RpcError(RpcError.BLOCKED, "The client has too many requests to answer; try again later")
                    .to(came.id()));
            return;
        }
        Document token = passed.document().at("params", "_meta", "progressToken");
        Document id =
                session.asked().add(new Asked.Question(link, came.id(), token, passed, passage, System.nanoTime()));
        Frame out = Frames.withId(passed, id);
        if (!token.isNull()) {
            out = Frames.with(out, id, "params", "_meta", "progressToken");
        }
        deliver(out, subject == null ? "" : subject.clientKey);
    }

    /** A server on stdio does not say which request it talks about; if there is only one, it is that one. */
    private @Nullable Call guess(Frame frame) {
        String method = frame.method().orElse("");
        if (method.equals(PROGRESS)) {
            return link.callOf(token(frame));
        } else if (method.endsWith("/list_changed") || method.endsWith("/updated")) {
            return null;
        }
        boolean modern = session.era() == Era.MODERN;
        return link.onlyCall(call ->
                        !modern || call.sent.document().at("params", "_meta").has(Modern.LOG_LEVEL))
                .orElse(null);
    }

    private static String token(Frame frame) {
        return frame.document().at("params", "progressToken").toJson();
    }

    private void deliver(Frame frame, String about) {
        session.context().counters().fromServers.increment();
        session.sink().deliver(frame, about);
    }

    private void drop() {
        session.context().counters().dropped.increment();
    }
}
