package org.sallyport.gateway.internal.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.RpcError;

/** The client's {@code initialize}: every server gets it; a single one answers it itself. */
final class Handshake {
    private final Session session;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean done;

    Handshake(Session session) {
        this.session = session;
    }

    /** Whether the session is initialized. */
    boolean isDone() {
        return done;
    }

    /** @param then is run once when the answer was given */
    void begin(ClientRequest request, Runnable then) {
        if (!begun.compareAndSet(false, true)) {
            session.answer(
                    request,
                    new RpcError(RpcError.INVALID_REQUEST, "The session is initialized already").to(request.id()));
            then.run();
            return;
        }
        List<ServerLink> links = session.serverSet().choose(request.frame);
        if (links.isEmpty()) {
            end(request, noServer().to(request.id()));
            then.run();
            return;
        }
        Gather gather = new Gather(links, answers -> {
            end(request, session.prefixed() || answers.isEmpty() ? merged(request, links, answers) : only(answers));
            then.run();
        });
        String key = session.prefixed() ? "" : request.key;
        SessionContext.Limits limits = session.context().limits();
        boolean several = session.prefixed() && limits.fanOut().compareTo(limits.initialize()) < 0;
        gather.start(
                session.context().timer(),
                several ? limits.fanOut() : limits.initialize(),
                (link, answer) -> link.initialize(key, request.frame, answer));
    }

    static RpcError noServer() {
        return new RpcError(
                RpcError.UPSTREAM_UNAVAILABLE, "No MCP server is configured; configure one, then try again");
    }

    private static Frame only(Map<String, Frame> answers) {
        return answers.values().iterator().next();
    }

    private Frame merged(ClientRequest request, List<ServerLink> links, Map<String, Frame> answers) {
        Map<String, Frame> good = new LinkedHashMap<>(answers);
        good.values().removeIf(answer -> !answer.document().get("result").isObject());
        if (good.isEmpty()) {
            return answers.values().stream()
                    .findFirst()
                    .orElseGet(() -> new RpcError(
                                    RpcError.UPSTREAM_UNAVAILABLE,
                                    "None of the servers "
                                            + links.stream()
                                                    .map(ServerLink::name)
                                                    .toList() + " answered in time")
                            .to(request.id()));
        }
        List<String> missing = new ArrayList<>();
        links.stream()
                .map(ServerLink::name)
                .filter(name -> !good.containsKey(name))
                .forEach(missing::add);
        links.stream().filter(link -> missing.contains(link.name())).forEach(ServerLink::missed);
        String asked = request.frame.document().at("params", "protocolVersion").text("");
        return Frames.result(
                request.id(),
                Merge.initialize(good, missing, asked, session.context().version()));
    }

    private void end(ClientRequest request, Frame answer) {
        done = answer.document().has("result");
        if (!done) {
            session.serverSet().dismiss();
            begun.set(false);
        }
        session.answer(request, answer);
        // What changed while the client was being initialized was not followed.
        session.upstreamsChanged();
    }
}
