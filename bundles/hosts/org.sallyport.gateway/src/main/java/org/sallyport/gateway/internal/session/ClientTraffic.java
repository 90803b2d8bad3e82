package org.sallyport.gateway.internal.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Room;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client sends. Requests do not wait for one another; a request waits for notifications and responses that came
 * before it, and those keep their order, so that a server never sees a call before the {@code initialized} it follows.
 */
final class ClientTraffic {
    private static final Logger log = LoggerFactory.getLogger(ClientTraffic.class);

    private final Session session;
    private final Sequence order;
    private final Handshake handshake;
    private final Routes routes;

    ClientTraffic(Session session) {
        this.session = session;
        this.order = new Sequence(session.context().limits().waiting());
        this.handshake = new Handshake(session);
        this.routes = new Routes(session);
    }

    void request(ClientRequest request) {
        // A client that does not wait for the answer to initialize has its other messages kept until it is there.
        boolean taken = request.method.equals("initialize") && session.era() == Era.LEGACY
                ? order.hold(done -> handshake.begin(request, done))
                : order.follow(() -> dispatch(request));
        if (!taken) {
            session.answer(request, overloaded().to(request.id()));
        }
    }

    private void dispatch(ClientRequest request) {
        if (session.era() == Era.MODERN) {
            if (session.serverSet().current().isEmpty()) {
                routes.answerHere(request, Handshake.noServer().to(request.id()));
            } else {
                routes.route(request);
            }
        } else if (handshake.isDone()) {
            routes.route(request);
        } else if (request.method.equals("ping")) {
            routes.answerHere(request, Frames.result(request.id(), Document.EMPTY_OBJECT));
        } else {
            routes.answerHere(
                    request,
                    new RpcError(
                                    RpcError.INVALID_REQUEST,
                                    "The session is not initialized; send [initialize] before [" + request.method + "]")
                            .to(request.id()));
        }
    }

    boolean isInitialized() {
        return handshake.isDone();
    }

    void receive(Frame frame) {
        Room.Hold hold = session.context().room().hold(frame);
        boolean taken = order.hold(done -> onward(frame, () -> {
            hold.close();
            done.run();
        }));
        if (!taken) {
            hold.close();
            session.context().counters().dropped.increment();
            log.warn(
                    "Session [{}] sends faster than its messages pass the policy chain; one was dropped",
                    session.shortId());
        }
    }

    private void onward(Frame frame, Runnable done) {
        if (frame.isResponse()) {
            answer(frame, done);
            return;
        }
        switch (frame.method().orElse("")) {
            case "notifications/cancelled" -> cancel(frame, done);
            case "notifications/progress" -> progress(frame, done);
            default -> broadcast(frame, done);
        }
    }

    /** The client's answer to a server's request. */
    private void answer(Frame frame, Runnable done) {
        Optional<Asked.Question> question = session.asked().take(frame.id());
        if (question.isEmpty()) {
            drop(done);
            return;
        }
        Asked.Question asked = question.get();
        asked.passage().response(Frames.withId(frame, asked.serverId()), asked.sent(), response -> {
            asked.link().send(Frames.withId(response, asked.serverId()));
            done.run();
        });
    }

    private void cancel(Frame frame, Runnable done) {
        ClientRequest request =
                session.requestOf(frame.document().at("params", "requestId").toJson());
        if (request == null || request.method.equals("initialize")) {
            drop(done);
            return;
        }
        AtomicInteger open = new AtomicInteger(1);
        AtomicBoolean allowed = new AtomicBoolean(true);
        Runnable one = () -> {
            if (open.decrementAndGet() == 0) {
                if (allowed.get()) {
                    session.withdraw(request);
                }
                done.run();
            }
        };
        request.eachCall((link, call) -> {
            open.incrementAndGet();
            call.passage.notification(frame, verdict -> {
                if (verdict instanceof Passage.Verdict.Proceed go) {
                    // Abandoned first: a call that is still in its pass must not be sent after this.
                    boolean unknown = link.callOf(call.serverKey) == null;
                    call.abandon();
                    if (!unknown) {
                        link.send(Frames.with(go.frame(), call.serverId, "params", "requestId"));
                    }
                } else {
                    allowed.set(false);
                    session.context().counters().stopped.increment();
                }
                one.run();
            });
        });
        one.run();
    }

    private void progress(Frame frame, Runnable done) {
        Optional<Asked.Question> question =
                session.asked().byToken(frame.document().at("params", "progressToken"));
        if (question.isEmpty() || question.get().token().isNull()) {
            drop(done);
            return;
        }
        Asked.Question asked = question.get();
        Frame named = Frames.with(frame, asked.token(), "params", "progressToken");
        asked.passage().notification(named, verdict -> {
            if (verdict instanceof Passage.Verdict.Proceed go) {
                asked.link().send(go.frame());
            } else {
                session.context().counters().stopped.increment();
            }
            done.run();
        });
    }

    /** Notifications about the client itself, such as that its roots changed, concern every server. */
    private void broadcast(Frame frame, Runnable done) {
        List<ServerLink> links = session.links();
        boolean initialized = frame.method().orElse("").equals("notifications/initialized");
        if (initialized) {
            session.serverSet().initialized(frame);
        }
        AtomicInteger open = new AtomicInteger(links.size() + 1);
        Runnable one = () -> {
            if (open.decrementAndGet() == 0) {
                done.run();
            }
        };
        for (ServerLink link : links) {
            session.passage(link.name(), false).notification(frame, verdict -> {
                if (verdict instanceof Passage.Verdict.Proceed go) {
                    if (initialized) {
                        link.rememberInitialized(go.frame());
                    }
                    link.send(go.frame());
                } else {
                    session.context().counters().stopped.increment();
                }
                one.run();
            });
        }
        one.run();
    }

    /** Tells the servers that nobody waits for their answers any more. */
    void tell(ClientRequest request, String why) {
        request.eachCall((link, call) -> {
            if (call.abandon() && link.callOf(call.serverKey) != null) {
                link.send(Frames.notification(
                        "notifications/cancelled",
                        Document.object("requestId", call.serverId).with("reason", Document.of(why))));
                link.forget(call);
            }
        });
    }

    /** A request took longer than the limit: the servers are told, and the client gets an error. */
    void expire(ClientRequest request) {
        tell(request, "The time limit of the gateway was reached");
        session.answer(
                request,
                new RpcError(
                                RpcError.UPSTREAM_UNAVAILABLE,
                                "No answer came within ["
                                        + session.context().limits().call().toSeconds() + "] seconds")
                        .to(request.id()));
    }

    private void drop(Runnable done) {
        session.context().counters().dropped.increment();
        done.run();
    }

    private static RpcError overloaded() {
        return new RpcError(RpcError.BLOCKED, "Too many messages wait for the policy chain; try again later");
    }
}
