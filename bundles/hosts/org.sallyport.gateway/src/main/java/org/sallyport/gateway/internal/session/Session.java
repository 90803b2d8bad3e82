package org.sallyport.gateway.internal.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.rpc.Modern;
import org.sallyport.gateway.internal.rpc.RpcError;
import org.sallyport.spi.auth.Caller;
import org.sallyport.spi.policy.PolicyEngine.Party;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's conversation with the servers behind the gateway. Thread-safe; no method waits for a plugin or a server.
 *
 * <p>Messages of the client are given to {@link #receive}, each on any thread; all that goes to the client leaves by the
 * sink. The session knows nothing of connections, so it is the same over HTTP and stdio.
 */
public final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final String id;
    private final Era era;
    private final Caller caller;
    private final SessionContext context;
    private final ClientSink sink;
    private final ClientTraffic traffic;
    private final Map<String, ClientRequest> requests = new ConcurrentHashMap<>();
    private final Asked asked = new Asked();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Servers servers = new Servers(this);
    private final Announcements announcements = new Announcements(this);
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private volatile long lastUse = System.nanoTime();

    /**
     * @param id unguessable; plugins see it. Empty for one that stands for all who come without a session
     * @param era how the client speaks; a modern one need not be initialized
     * @param caller whose it is
     * @param sink the way to the client
     */
    public Session(String id, Era era, Caller caller, SessionContext context, ClientSink sink) {
        this.id = id;
        this.era = era;
        this.caller = caller;
        this.context = context;
        this.sink = sink;
        this.traffic = new ClientTraffic(this);
        context.counters().sessions.increment();
    }

    /** The session's id. */
    public String id() {
        return id;
    }

    /** Whose it is. */
    public Caller caller() {
        return caller;
    }

    /** Counts as use, so that it does not end for being idle. */
    public void touch() {
        lastUse = System.nanoTime();
    }

    /** A message of the client whose ids are unique. */
    public void receive(Frame frame) {
        receive(frame, frame.isRequest() ? frame.id().toJson() : "");
    }

    /**
     * A message of the client.
     *
     * @param frame its envelope was checked
     * @param key for a request: by what the sink is to be told of it, unique among those under way
     */
    public void receive(Frame frame, String key) {
        lastUse = System.nanoTime();
        if (!frame.isRequest()) {
            context.counters().notices.increment();
            traffic.receive(frame);
            return;
        }
        context.counters().requests.increment();
        ClientRequest request = new ClientRequest(frame, key);
        if (ended.get()) {
            refuse(request, new RpcError(RpcError.SESSION_NOT_FOUND, "The session has ended; initialize a new one"));
        } else if (requests.size() >= context.limits().calls()) {
            refuse(
                    request,
                    new RpcError(
                            RpcError.BLOCKED,
                            "This session has [" + requests.size()
                                    + "] requests under way, which is the limit; wait for answers"));
        } else if (requests.putIfAbsent(request.key, request) != null) {
            refuse(
                    request,
                    new RpcError(
                            RpcError.INVALID_REQUEST,
                            "The id [" + request.key
                                    + "] belongs to a request that is still under way; use each id once"));
        } else {
            request.place(context.room());
            traffic.request(request);
        }
    }

    /** The client is gone that sent a request: its servers are told, and nobody is answered. */
    public void cancel(String key) {
        ClientRequest request = requests.get(key);
        if (request != null) {
            traffic.tell(request, "The client is gone");
            withdraw(request);
        }
    }

    /** Whether a request of this key is under way. */
    public boolean isUnderWay(String key) {
        return requests.containsKey(key);
    }

    private void refuse(ClientRequest request, RpcError error) {
        context.counters().errors.increment();
        sink.deliver(error.to(request.id()), request.key);
    }

    /** Answers the client; only the first answer counts. */
    void answer(ClientRequest request, Frame frame) {
        if (requests.remove(request.key, request)) {
            over(request);
            lastUse = System.nanoTime();
            if (frame.document().has("error")) {
                context.counters().errors.increment();
            }
            sink.deliver(frame, request.key);
        }
    }

    /** Gives up a request that the client withdrew. */
    void withdraw(ClientRequest request) {
        if (requests.remove(request.key, request)) {
            over(request);
            abandon(request);
            sink.cancelled(request.key);
        }
    }

    private void over(ClientRequest request) {
        request.leave();
        if (request.method.equals(Modern.LISTEN)) {
            subscriptions.remove(request.key);
        }
    }

    /** Gives up what is under way of a request. */
    void abandon(ClientRequest request) {
        request.eachCall((link, call) -> {
            call.abandon();
            link.forget(call);
        });
    }

    Servers serverSet() {
        return servers;
    }

    List<ServerLink> links() {
        return servers.links();
    }

    /** Whether names carry their server's name. */
    boolean prefixed() {
        return servers.prefixed();
    }

    /** Other servers are configured now, or the same ones otherwise. Ends what they cannot answer any more. */
    public void upstreamsChanged() {
        // A client that is not initialized yet gets what is there then.
        if (!ended.get() && (era == Era.MODERN || traffic.isInitialized()) && servers.follow()) {
            subscriptions.values().forEach(subscription -> subscription.join(servers.links()));
            announcements.listsChanged();
        }
    }

    /** A server that the client was told to be missing answers again. */
    void cameBack() {
        announcements.listsChanged();
    }

    /** Whether a client with a session was told that it hears of changes of such a list. */
    boolean tellsOf(String list) {
        return servers.prefixed() || servers.links().stream().anyMatch(link -> link.tellsOf(list));
    }

    /** A client without a session wants to hear something at several servers. */
    void subscribe(Subscription subscription, ClientRequest request) {
        subscriptions.put(request.key, subscription);
        // It may have left meanwhile.
        if (!requests.containsKey(request.key)) {
            subscriptions.remove(request.key);
        }
    }

    /** Does something with each subscription that is under way. */
    void eachSubscription(Consumer<ClientRequest> action) {
        requests.values().stream()
                .filter(request -> request.method.equals(Modern.LISTEN))
                .forEach(action);
    }

    Frame outward(String server, Frame notification) {
        return servers.prefixed() ? Naming.outward(server, notification) : notification;
    }

    Passage passage(String server, boolean fromServer) {
        return new Passage(context.engine(), new Party(server, id, caller.principal(), caller.tenant(), fromServer));
    }

    ClientRequest requestOf(String key) {
        return requests.get(key);
    }

    Era era() {
        return era;
    }

    SessionContext context() {
        return context;
    }

    ClientSink sink() {
        return sink;
    }

    Asked asked() {
        return asked;
    }

    long nextId() {
        return ids.incrementAndGet();
    }

    /** Enough of the id to find it in a log, and not enough to use it. */
    public String shortId() {
        return id.substring(0, Math.min(8, id.length())) + "…";
    }

    /** Requests of the client that are under way. */
    public int underWay() {
        return requests.size();
    }

    /** Nanoseconds since the client was last heard of, or answered. */
    public long idleNanos() {
        return System.nanoTime() - lastUse;
    }

    /** State of each server, by name. */
    public Map<String, String> servers() {
        Map<String, String> states = new java.util.LinkedHashMap<>();
        servers.links().forEach(link -> states.put(link.name(), link.state()));
        return states;
    }

    /** Ends what takes longer than the limit. Called from time to time. */
    public void sweep() {
        long limit = context.limits().call().toNanos();
        long now = System.nanoTime();
        for (ClientRequest request : requests.values()) {
            if (now - request.at > limit && !request.method.equals(Modern.LISTEN)) {
                traffic.expire(request);
            }
        }
        servers.links().forEach(link -> link.probe(now));
        asked.all().forEach((key, question) -> {
            if (now - question.at() > limit
                    && asked.take(question.link(), question.serverId()).isPresent()) {
                question.link()
                        .send(new RpcError(RpcError.CANCELLED, "The client did not answer in time")
                                .to(question.serverId()));
            }
        });
    }

    /** Ends the session: answers what is under way with an error, closes the links, tells the sink. Idempotent. */
    public void close(String why) {
        if (ended.compareAndSet(false, true)) {
            log.debug("Session [{}] ended: {}", shortId(), why);
            servers.links().forEach(ServerLink::close);
            requests.values()
                    .forEach(request -> answer(
                            request,
                            new RpcError(RpcError.SESSION_NOT_FOUND, "The session ended: " + why).to(request.id())));
            sink.ended();
        }
    }
}
