package org.sallyport.gateway.internal.stdio;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.sallyport.gateway.internal.session.Session;
import org.sallyport.gateway.internal.session.SessionContext;

/** All clients by streams. Thread-safe. */
public final class StdioClients implements AutoCloseable {
    private final SessionContext context;
    private final long limit;
    private final Set<StdioClient> clients = ConcurrentHashMap.newKeySet();

    /** @param limit longest line, in bytes */
    public StdioClients(SessionContext context, long limit) {
        this.context = context;
        this.limit = limit;
        context.timer().scheduleWithFixedDelay(() -> sessions().forEach(Session::sweep), 1, 1, TimeUnit.SECONDS);
    }

    /** Serves one client; completes when it is gone. */
    public CompletionStage<Void> serve(InputStream in, OutputStream out) {
        StdioClient client = new StdioClient(in, out, limit, UUID.randomUUID().toString(), context);
        clients.add(client);
        return client.start().whenComplete((done, failure) -> clients.remove(client));
    }

    /** The sessions of the clients that are connected. */
    public List<Session> sessions() {
        return clients.stream().flatMap(client -> client.sessions().stream()).toList();
    }

    /** Ends all sessions. */
    @Override
    public void close() {
        clients.forEach(client -> client.closeAll("the gateway stops"));
    }
}
