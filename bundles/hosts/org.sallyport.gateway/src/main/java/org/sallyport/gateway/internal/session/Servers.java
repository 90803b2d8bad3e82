package org.sallyport.gateway.internal.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.gateway.internal.rpc.Frame;
import org.sallyport.gateway.internal.upstream.Upstream;

/**
 * The servers of one session, and whether names carry theirs. Both follow what is configured; but a client with a session
 * was told names when it began, so those stay as they look, and a session with plain names stays with its one server.
 * Thread-safe; reading takes no lock.
 */
final class Servers {
    private final Session session;
    private volatile List<Upstream> seen = List.of();
    private volatile List<ServerLink> links = List.of();
    private volatile boolean prefixed;
    private volatile @Nullable Frame initialize;
    private volatile @Nullable Frame initialized;

    Servers(Session session) {
        this.session = session;
    }

    /** Those of the session, in the order of their names. */
    List<ServerLink> links() {
        return links;
    }

    /** Whether names carry their server's name. */
    boolean prefixed() {
        return prefixed;
    }

    /** Chooses those that are configured now, for a client that initializes its session by this request. */
    List<ServerLink> choose(Frame initialize) {
        this.initialize = initialize;
        follow(session.context().upstreams().get(), true);
        return links;
    }

    /** Remembers that the client is initialized, for servers that come later. */
    void initialized(Frame notification) {
        initialized = notification;
    }

    /** Those that are configured now, for a client without a session. */
    List<ServerLink> current() {
        List<Upstream> now = session.context().upstreams().get();
        if (now != seen) {
            follow(now, true);
        }
        return links;
    }

    /** The client could not initialize the session; it may try again. */
    void dismiss() {
        List<ServerLink> old = links;
        links = List.of();
        seen = List.of();
        old.forEach(ServerLink::close);
    }

    /** Follows a change of what is configured; gives whether the client's lists may be others now. */
    boolean follow() {
        return follow(session.context().upstreams().get(), session.era() == Era.MODERN);
    }

    private boolean follow(List<Upstream> now, boolean free) {
        Map<String, Upstream> configured = new TreeMap<>();
        now.forEach(upstream -> configured.putIfAbsent(upstream.name(), upstream));
        List<ServerLink> gone = new ArrayList<>();
        List<ServerLink> come = new ArrayList<>();
        List<ServerLink> after;
        synchronized (this) {
            if (free) {
                prefixed = session.context().names() == Naming.Mode.PREFIXED || configured.size() != 1;
            }
            Map<String, ServerLink> old = new HashMap<>();
            links.forEach(link -> old.put(link.name(), link));
            if (free || prefixed) {
                List<ServerLink> next = new ArrayList<>();
                for (String name : configured.keySet()) {
                    ServerLink known = old.remove(name);
                    next.add(known == null ? new ServerLink(session, name) : known);
                    if (known == null) {
                        come.add(next.get(next.size() - 1));
                    }
                }
                gone.addAll(old.values());
                links = List.copyOf(next);
            }
            after = links;
            seen = now;
        }
        // Ends calls, whose answers run through plugins: not under the lock.
        gone.forEach(ServerLink::close);
        boolean changed = !gone.isEmpty() || !come.isEmpty();
        for (ServerLink link : after) {
            changed |= link.follow(configured.get(link.name()));
        }
        Frame first = initialize;
        if (!free && first != null) {
            come.forEach(link -> link.join(first, initialized));
        }
        return changed;
    }
}
