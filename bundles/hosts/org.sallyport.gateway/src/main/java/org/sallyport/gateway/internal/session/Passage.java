package org.sallyport.gateway.internal.session;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.Outcome;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.PolicyErrors;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.spi.policy.PolicyEngine;
import org.sallyport.spi.policy.PolicyEngine.Inbound;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.sallyport.spi.policy.PolicyEngine.PolicyResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of one exchange's messages through the policy chain. Thread-safe. */
final class Passage {
    private static final Logger log = LoggerFactory.getLogger(Passage.class);

    /** What became of a message. */
    sealed interface Verdict {
        /** It goes on in this form. */
        record Proceed(Frame frame) implements Verdict {}

        /** It is answered with this and goes no further; the answer still has to pass as a response. */
        record Answered(Frame answer) implements Verdict {}

        /** It goes no further; the sender of a request is told this. */
        record Stopped(RpcError error) implements Verdict {}
    }

    private final Optional<PolicyEngine> engine;
    private final Party party;
    private @Nullable Exchange exchange;

    /** @param engine the chain; empty only for messages to the chain's own members */
    Passage(Optional<PolicyEngine> engine, Party party) {
        this.engine = engine;
        this.party = party;
    }

    /** Passes a request; {@code then} is called once, on this thread or on one of the engine. */
    void request(Frame frame, Consumer<Verdict> then) {
        pass(Message.REQUEST, frame.method().orElse(""), frame, null, then);
    }

    /** Passes a notification. */
    void notification(Frame frame, Consumer<Verdict> then) {
        pass(Message.NOTIFICATION, frame.method().orElse(""), frame, null, then);
    }

    /**
     * Passes a response.
     *
     * @param request what it answers, as it was sent
     * @param then is given the response that goes on, or the error that stands in for it
     */
    void response(Frame frame, Frame request, Consumer<Frame> then) {
        pass(Message.RESPONSE, request.method().orElse(""), frame, request, verdict -> {
            if (verdict instanceof Verdict.Stopped stopped) {
                then.accept(stopped.error().to(frame.id()));
            } else if (verdict instanceof Verdict.Answered answered) {
                then.accept(answered.answer());
            } else if (verdict instanceof Verdict.Proceed proceed) {
                then.accept(proceed.frame());
            }
        });
    }

    private void pass(String kind, String method, Frame frame, @Nullable Frame request, Consumer<Verdict> then) {
        if (engine.isEmpty() || engine.get().isEmpty(party.server())) {
            then.accept(new Verdict.Proceed(frame));
            return;
        }
        Inbound message = new Inbound(Message.MCP, kind, method, frame.document(), frame.bytes().length);
        Optional<Message> about = request == null
                ? Optional.empty()
                : Optional.of(
                        new Inbound(Message.MCP, Message.REQUEST, method, request.document(), request.bytes().length));
        engine.get().pass(exchange(), message, about).whenComplete((result, failure) -> {
            try {
                then.accept(failure == null ? verdict(frame, result) : failed(failure));
            } catch (RuntimeException | Error e) {
                log.error(
                        "A message of method [{}] was lost after its pass; this is a fault of the gateway", method, e);
                throw e;
            }
        });
    }

    private synchronized Exchange exchange() {
        if (exchange == null) {
            exchange = engine.orElseThrow().begin(party);
        }
        return exchange;
    }

    private static Verdict verdict(Frame frame, PolicyResult result) {
        if (!result.proceeds()) {
            return new Verdict.Stopped(PolicyErrors.of(result));
        }
        Document message = result.message().orElseThrow();
        if (result.report().outcome() == Outcome.COMPLETED_BY_MIDDLEWARE) {
            return new Verdict.Answered(Frames.withId(Frame.of(message), frame.id()));
        }
        return new Verdict.Proceed(result.unchanged() ? frame : Frame.of(message, frame));
    }

    /** The engine promises not to fail; if it does, the message stops, as with any other guard that failed. */
    private static Verdict failed(Throwable failure) {
        log.error("The policy engine failed; the message was stopped", failure);
        return new Verdict.Stopped(new RpcError(
                RpcError.INTERNAL_ERROR, "The message was stopped: the policy chain failed; see the gateway's log"));
    }
}
