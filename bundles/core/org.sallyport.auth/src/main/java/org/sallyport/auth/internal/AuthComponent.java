package org.sallyport.auth.internal;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.sallyport.spi.auth.Authentication;
import org.sallyport.spi.auth.Finding;

/** The service {@link Authentication}; who knows tokens comes and goes with its configuration. */
@Component(service = Authentication.class)
public final class AuthComponent implements Authentication {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 1_024;

    private final ThreadPoolExecutor workers;
    private final Tokens tokens;
    private final Set<TokenSource> sources = new LinkedHashSet<>();

    /** Starts no thread before it is needed. */
    @Activate
    public AuthComponent() {
        workers = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "sallyport-auth");
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        tokens = new Tokens(Clock.systemUTC(), workers);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addSource(ConfiguredSource configured) {
        synchronized (sources) {
            sources.add(configured.source());
            tokens.use(sources);
        }
    }

    void removeSource(ConfiguredSource configured) {
        synchronized (sources) {
            sources.remove(configured.source());
            tokens.use(sources);
        }
    }

    @Deactivate
    void close() {
        workers.shutdownNow();
    }

    @Override
    public CompletionStage<Finding> check(String token, String audience) {
        return tokens.check(token, audience);
    }

    @Override
    public boolean isConfigured() {
        return tokens.isConfigured();
    }

    @Override
    public Set<String> issuers() {
        return tokens.issuers();
    }

    @Override
    public Set<String> scopes() {
        return tokens.scopes();
    }
}
