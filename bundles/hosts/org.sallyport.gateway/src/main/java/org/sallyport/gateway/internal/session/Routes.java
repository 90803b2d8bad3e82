package org.sallyport.gateway.internal.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Frames;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;

/** Which server a request is for: the only one, the one its name says, or all of them. */
final class Routes {
    private final Session session;

    Routes(Session session) {
        this.session = session;
    }

    void route(ClientRequest request) {
        if (!session.prefixed()) {
            ask(request, session.links().get(0), request.frame);
            return;
        }
        Optional<String> list = Merge.listOf(request.method);
        Optional<String[]> place =
                Naming.place(request.method, request.frame.document().get("params"));
        if (list.isPresent()) {
            list(request, list.get());
        } else if (place.isPresent()) {
            byName(request, place.get());
        } else if (session.era() == Era.MODERN) {
            switch (request.method) {
                case Modern.DISCOVER -> discover(request);
                case Modern.LISTEN -> listen(request);
                default -> answerHere(request, notShared(request));
            }
        } else {
            switch (request.method) {
                case "ping" -> answerHere(request, Frames.result(request.id(), Document.EMPTY_OBJECT));
                case "logging/setLevel" -> setLevel(request);
                default -> answerHere(request, notShared(request));
            }
        }
    }

    private static Frame notShared(ClientRequest request) {
        return new RpcError(
                        RpcError.METHOD_NOT_FOUND,
                        "The method [" + request.method + "] cannot be shared among several servers")
                .to(request.id());
    }

    /** Answers without a server; the request and its answer pass the chain nevertheless. */
    void answerHere(ClientRequest request, Frame answer) {
        Passage passage = session.passage("", false);
        passage.request(request.frame, verdict -> {
            if (verdict instanceof Passage.Verdict.Stopped stopped) {
                session.context().counters().stopped.increment();
                session.answer(request, stopped.error().to(request.id()));
                return;
            }
            Frame given = verdict instanceof Passage.Verdict.Answered answered ? answered.answer() : answer;
            passage.response(given, request.frame, last -> session.answer(request, last));
        });
    }

    private void ask(ClientRequest request, ServerLink link, Frame frame) {
        request.made(
                link, link.call(request.key, frame, answer -> session.answer(request, named(link, request, answer))));
    }

    private Frame named(ServerLink link, ClientRequest request, Frame answer) {
        return session.prefixed() ? Naming.outward(link.name(), request.method, answer) : answer;
    }

    private void byName(ClientRequest request, String[] place) {
        String name = request.frame.document().at(place).text("");
        Optional<Naming.Target> target = Naming.split(name);
        Optional<ServerLink> link = target.flatMap(known -> session.links().stream()
                .filter(candidate -> candidate.name().equals(known.server()))
                .findFirst());
        if (link.isEmpty()) {
            answerHere(
                    request,
                    new RpcError(
                                    RpcError.INVALID_PARAMS,
                                    "Nothing here is called [" + name
                                            + "]: names have the form [server" + Naming.SEPARATOR
                                            + "name], with a server of "
                                            + session.links().stream()
                                                    .map(ServerLink::name)
                                                    .toList())
                            .to(request.id()));
            return;
        }
        Frame inward =
                Frames.with(request.frame, Document.of(target.orElseThrow().name()), place);
        ask(request, link.get(), inward);
    }

    private void list(ClientRequest request, String member) {
        Document cursor = request.frame.document().at("params", "cursor");
        Optional<Map<String, String>> pages = cursor.text().flatMap(text -> Cursors.split(request.method, text));
        if (!cursor.isNull() && pages.isEmpty()) {
            answerHere(
                    request,
                    new RpcError(
                                    RpcError.INVALID_PARAMS,
                                    "The cursor is none that was given here; begin anew without a cursor")
                            .to(request.id()));
            return;
        }
        String capability = request.method.substring(0, request.method.indexOf('/'));
        List<ServerLink> links = session.links().stream()
                .filter(link -> link.mayHave(capability))
                .filter(link -> pages.map(page -> page.containsKey(link.name())).orElse(true))
                .toList();
        Gather gather = new Gather(links, answers -> {
            Map<String, Frame> good = new LinkedHashMap<>();
            List<String> missing = new ArrayList<>();
            for (ServerLink link : links) {
                Frame answer = answers.get(link.name());
                if (answer != null && answer.document().has("result")) {
                    good.put(link.name(), Naming.outward(link.name(), request.method, answer));
                } else if (answer == null || !isUnknownMethod(answer)) {
                    missing.add(link.name());
                    if (answer == null || isUnavailable(answer)) {
                        link.missed();
                    }
                }
            }
            Document merged = Merge.list(request.method, member, good, missing);
            end(
                    request,
                    answers,
                    good,
                    missing,
                    session.era() == Era.MODERN ? Merge.cached(merged, good, missing) : merged);
        });
        start(
                request,
                gather,
                link -> pages.map(page ->
                                Frames.with(request.frame, Document.of(page.get(link.name())), "params", "cursor"))
                        .orElse(request.frame));
    }

    private void discover(ClientRequest request) {
        List<ServerLink> links = session.links();
        Gather gather = new Gather(links, answers -> {
            Map<String, Frame> good = new LinkedHashMap<>(answers);
            good.values().removeIf(answer -> !answer.document().get("result").isObject());
            List<String> missing = links.stream()
                    .map(ServerLink::name)
                    .filter(name -> !good.containsKey(name))
                    .toList();
            Document merged = Merge.discover(good, missing, session.context().version());
            end(request, answers, good, missing, merged);
        });
        start(request, gather, link -> request.frame);
    }

    /** Acknowledges what was asked for, and subscribes to it at each server that has a part in it. */
    private void listen(ClientRequest request) {
        Subscription subscription = new Subscription(session, request);
        Frame acknowledged = Frames.notification(
                Modern.ACKNOWLEDGED,
                Document.object("notifications", subscription.wanted())
                        .with("_meta", Document.object(Modern.SUBSCRIPTION, request.id())));
        session.passage("", false).notification(acknowledged, verdict -> {
            if (verdict instanceof Passage.Verdict.Proceed go) {
                session.sink().deliver(go.frame(), request.key);
            } else {
                session.context().counters().stopped.increment();
            }
            session.subscribe(subscription, request);
            subscription.join(session.links());
        });
    }

    private void setLevel(ClientRequest request) {
        List<ServerLink> links =
                session.links().stream().filter(link -> link.mayHave("logging")).toList();
        Gather gather = new Gather(links, answers -> {
            Map<String, Frame> good = new LinkedHashMap<>(answers);
            good.values().removeIf(answer -> !answer.document().has("result"));
            end(request, answers, good, List.of(), Document.EMPTY_OBJECT);
        });
        start(request, gather, link -> request.frame);
    }

    private void start(ClientRequest request, Gather gather, java.util.function.Function<ServerLink, Frame> question) {
        gather.start(
                session.context().timer(),
                session.context().limits().fanOut(),
                (link, answer) -> request.made(link, link.call(request.key, question.apply(link), answer)));
    }

    /** One good answer is enough; if there is none, the client sees the first error. */
    private void end(
            ClientRequest request,
            Map<String, Frame> answers,
            Map<String, Frame> good,
            List<String> missing,
            Document result) {
        session.abandon(request);
        Optional<Frame> error = answers.values().stream()
                .filter(answer -> !isUnknownMethod(answer))
                .findFirst();
        if (good.isEmpty() && error.isPresent()) {
            session.answer(request, error.get());
        } else if (good.isEmpty() && !missing.isEmpty()) {
            session.answer(
                    request,
                    new RpcError(RpcError.UPSTREAM_UNAVAILABLE, "None of the servers " + missing + " answered in time")
                            .to(request.id()));
        } else {
            session.answer(request, Frames.result(request.id(), result));
        }
    }

    private static boolean isUnavailable(Frame answer) {
        return answer.document().at("error", "code").asLong(0) == RpcError.UPSTREAM_UNAVAILABLE;
    }

    private static boolean isUnknownMethod(Frame answer) {
        return answer.document().at("error", "code").asLong(0) == RpcError.METHOD_NOT_FOUND;
    }
}
