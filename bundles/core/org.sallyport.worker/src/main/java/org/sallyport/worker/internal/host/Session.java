package org.sallyport.worker.internal.host;

import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.worker.internal.wire.Boot;
import org.sallyport.worker.internal.wire.Peer;
import org.sallyport.worker.internal.wire.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One revision of a plugin in its worker, and in the next one when that ends. A worker that ends by itself is started anew:
 * the first time at once, then after a wait that doubles; too often in {@value #WINDOW_MINUTES} minutes is quarantine.
 * Thread-safe.
 */
final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);
    static final int WINDOW_MINUTES = 10;

    /** Least time that a call has; a worker is not killed because a message was late already. */
    private static final Duration LEAST = Duration.ofMillis(100);

    /** How long a call waits for a worker that is being started anew. */
    private static final long RESTART_WAIT_MILLIS = 2_000;

    private static final long FIRST_WAIT_MILLIS = 1_000;
    private static final int MAX_SERVICES = 1_000;

    private final WorkerTier tier;
    private final Bundle bundle;
    private final byte[] archive;
    private final String plugin;
    private final String version;
    private final Spec spec;
    private final Deque<Long> failures = new ArrayDeque<>();
    private volatile @Nullable Live live;
    private volatile CompletableFuture<Live> coming = new CompletableFuture<>();
    private volatile boolean stopped;
    private volatile @Nullable Workers workers;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile @Nullable Worker starting;
    private List<Offer> shape = List.of();

    /**
     * A worker in which the plugin runs.
     *
     * @param handles of its services, in the order of their places
     */
    record Live(Worker worker, List<Integer> handles) {}

    /** A service as the worker tells of it. */
    private record Offer(List<String> contracts, Map<String, Object> properties, int handle) {
        String key() {
            return properties.get("component.name") + " " + contracts + " " + properties.get("sallyport.handler") + " "
                    + properties.get("sallyport.hook.name");
        }
    }

    Session(WorkerTier tier, Bundle bundle, byte[] archive, String plugin, String version, Spec spec) {
        this.tier = tier;
        this.bundle = bundle;
        this.archive = archive;
        this.plugin = plugin;
        this.version = version;
        this.spec = spec;
    }

    String plugin() {
        return plugin;
    }

    @Nullable Live live() {
        return live;
    }

    /** Starts the plugin and registers what it offers with the stand-in's context. */
    void start() throws Exception {
        workers = tier.enter(bundle);
        workers.launcher().prepare();
        workers.pool().enter(spec);
        Live first = launch();
        BundleContext context = bundle.getBundleContext();
        for (int i = 0; i < shape.size(); i++) {
            Offer offer = shape.get(i);
            List<Class<?>> contracts = contracts(offer);
            if (!contracts.isEmpty()) {
                int place = i;
                Object service = RemoteObject.service(
                        this, contracts, now -> now.handles().get(place));
                context.registerService(
                        contracts.stream().map(Class::getName).toArray(String[]::new),
                        service,
                        FrameworkUtil.asDictionary(properties(offer)));
            }
        }
        up(first);
    }

    /** Those of a service's contracts that the host can call; a plugin's own interfaces are its own. */
    private List<Class<?>> contracts(Offer offer) {
        List<Class<?>> contracts = new ArrayList<>();
        for (String name : offer.contracts()) {
            try {
                contracts.add(workers().contracts().find(name));
            } catch (ProtocolException e) {
                log.debug("Plugin [{}]: nobody here knows the service [{}]", plugin, name);
            }
        }
        return contracts;
    }

    private static Map<String, Object> properties(Offer offer) {
        Map<String, Object> properties = new HashMap<>(offer.properties());
        // The framework's own, and what would put it before services of the host.
        properties.keySet().removeIf(key -> key.startsWith("service.") || key.equals("objectClass"));
        return properties;
    }

    private Live launch() throws Exception {
        Worker worker = workers().pool().take(spec);
        starting = worker;
        try {
            if (stopped) {
                throw new IOException("the plugin was stopped");
            }
            List<Offer> offers = offers(boot(worker));
            if (!shape.isEmpty() && !keys(shape).equals(keys(offers))) {
                throw new IOException("it does not offer what it offered when it was started first");
            }
            shape = offers;
            return new Live(worker, offers.stream().map(Offer::handle).toList());
        } catch (Exception | Error e) {
            worker.kill("could not start the plugin");
            throw e;
        } finally {
            starting = null;
        }
    }

    private static List<String> keys(List<Offer> offers) {
        return offers.stream().map(Offer::key).toList();
    }

    private Object boot(Worker worker) throws Exception {
        ServiceReference<PluginContext> reference = bundle.getBundleContext().getServiceReference(PluginContext.class);
        PluginContext context =
                reference == null ? null : bundle.getBundleContext().getService(reference);
        if (context == null) {
            throw new IOException("the platform has no context for it");
        }
        tier.guarded(plugin, String.valueOf(call(worker, "unguarded")));
        return call(
                worker,
                "start",
                archive,
                plugin,
                version,
                tier.data(spec).toString(),
                tier.permissions(plugin, version),
                (long) tier.settings().disk() << 20,
                (long) tier.settings().diskFiles(),
                context,
                tier.log(plugin),
                tier.net(plugin, version),
                tier.use(plugin, version, spec));
    }

    /** Calls the worker itself. */
    private @Nullable Object call(Worker worker, String name, Object... arguments) throws Exception {
        Method method = Stream.of(Boot.class.getMethods())
                .filter(one -> one.getName().equals(name))
                .findFirst()
                .orElseThrow();
        try {
            return worker.peer.call(
                    Boot.HANDLE, Boot.class, method, arguments, tier.settings().start(), worker.peer::direct);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /** What the plugin may do was changed; its worker holds it to that from now on. */
    void granted() {
        Live now = live;
        if (now != null) {
            try {
                call(now.worker(), "granted", tier.permissions(plugin, version));
            } catch (Exception e) {
                // One that does not hear of it may not go on with what it was granted before.
                now.worker().kill("could not be told what its plugin may do now: " + e.getMessage());
            }
        }
    }

    @SuppressWarnings("unchecked")
    private List<Offer> offers(Object told) throws ProtocolException {
        List<Offer> offers = new ArrayList<>();
        try {
            List<List<Object>> services = (List<List<Object>>) told;
            if (services.size() > MAX_SERVICES) {
                throw new ProtocolException("more than [" + MAX_SERVICES + "] services");
            }
            for (List<Object> service : services) {
                List<String> contracts = new ArrayList<>();
                for (Object name : (List<Object>) service.get(0)) {
                    contracts.add((String) name);
                }
                Map<String, Object> properties = new HashMap<>();
                ((Map<Object, Object>) service.get(1)).forEach((key, value) -> properties.put((String) key, value));
                offers.add(new Offer(contracts, properties, (Integer) service.get(2)));
            }
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            throw new ProtocolException("a list of services that is none");
        }
        offers.sort(Comparator.comparing(Offer::key));
        return List.copyOf(offers);
    }

    private void up(Live now) {
        live = now;
        coming.complete(now);
        now.worker().ended().thenAcceptAsync(cause -> down(now, cause), tier.background());
        if (stopped) {
            now.worker().kill("was stopped");
        } else {
            tier.background().execute(() -> workers().pool().prepare(spec));
        }
    }

    /** Its worker is gone. */
    private synchronized void down(Live gone, String cause) {
        if (stopped || live != gone) {
            return;
        }
        live = null;
        coming = new CompletableFuture<>();
        failed("its worker process " + cause);
    }

    private synchronized void failed(String what) {
        long now = System.nanoTime();
        failures.add(now);
        while (now - failures.peek() > TimeUnit.MINUTES.toNanos(WINDOW_MINUTES)) {
            failures.remove();
        }
        int count = failures.size();
        tier.ended(plugin, version, what);
        PluginFaults faults = tier.faults();
        if (count > tier.settings().failures()) {
            String cause = what + "; that was the [" + count + "]th time in " + WINDOW_MINUTES + " minutes";
            coming.completeExceptionally(new WorkerLost(plugin, "ended too often"));
            log.warn("Plugin [{}] version [{}] is taken out of service: {}", plugin, version, cause);
            if (faults != null) {
                faults.quarantine(plugin, cause);
            }
            return;
        }
        long wait = count == 1 ? 0 : FIRST_WAIT_MILLIS << (count - 2);
        log.warn(
                "Plugin [{}] version [{}]: {}. It is started anew{}",
                plugin,
                version,
                what,
                wait == 0 ? "" : " in [" + wait + "] ms");
        if (faults != null) {
            faults.report(plugin, what);
        }
        if (wait > 0) {
            // Calls do not wait for that.
            CompletableFuture<Live> later = coming;
            later.completeExceptionally(new WorkerLost(plugin, "ended, and waits before it is started anew"));
        }
        ScheduledExecutorService background = tier.background();
        background.schedule(this::restart, wait, TimeUnit.MILLISECONDS);
    }

    private void restart() {
        if (stopped) {
            return;
        }
        synchronized (this) {
            if (coming.isDone()) {
                coming = new CompletableFuture<>();
            }
        }
        try {
            up(launch());
        } catch (Exception e) {
            if (!stopped) {
                failed("its worker process could not be started anew: " + e.getMessage());
            }
        }
    }

    /** The worker that runs, or the one that is about to. */
    private Live awaited(Duration limit) throws Throwable {
        Live now = live;
        if (now != null && now.worker().isAlive()) {
            return now;
        } else if (stopped) {
            throw new PluginException("stopped", "Plugin [" + plugin + "] was stopped");
        } else if (now != null) {
            // Its end was seen by a call before it is told here; the next one comes after that.
            now.worker().awaitEnd(Duration.ofMillis(RESTART_WAIT_MILLIS));
            String cause = now.worker().ended().getNow("");
            if (!cause.isEmpty()) {
                down(now, cause);
            }
        }
        try {
            Live next = coming.get(Math.min(limit.toMillis(), RESTART_WAIT_MILLIS), TimeUnit.MILLISECONDS);
            if (next.worker().isAlive()) {
                return next;
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause();
        } catch (TimeoutException e) {
            // It takes longer than anybody waits.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new WorkerLost(plugin, "is not up");
    }

    /** Calls an object of the plugin. */
    @Nullable Object call(RemoteObject object, Class<?> contract, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Duration limit = limit(arguments);
        Live now = awaited(limit);
        int handle = object.handleIn(now);
        return now.worker()
                .peer
                .call(handle, contract, method, arguments, limit, product(object, contract, method, arguments, now));
    }

    private Duration limit(@Nullable Object @Nullable [] arguments) {
        Optional<Duration> own = Peer.remaining(arguments);
        Duration limit = own.orElse(tier.settings().call());
        return limit.compareTo(LEAST) < 0 ? LEAST : limit;
    }

    /** What a call gives can be had again by the same call. */
    private Peer.Importer product(
            RemoteObject maker, Class<?> contract, Method method, @Nullable Object @Nullable [] arguments, Live made) {
        return (handle, contracts) -> RemoteObject.product(
                this, contracts, now -> again(maker, contract, method, arguments, now), made, handle);
    }

    private int again(
            RemoteObject maker, Class<?> contract, Method method, @Nullable Object @Nullable [] arguments, Live now)
            throws Throwable {
        int[] found = {-1};
        now.worker()
                .peer
                .call(maker.handleIn(now), contract, method, arguments, limit(arguments), (handle, contracts) -> {
                    found[0] = handle;
                    return now.worker().peer.direct(handle, contracts);
                });
        if (found[0] < 0) {
            throw new WorkerLost(plugin, "does not give what it gave before");
        }
        return found[0];
    }

    /** Ends it. Returns when the worker is gone. */
    void stop() {
        stopped = true;
        Live now = live;
        Worker being = starting;
        live = null;
        coming.completeExceptionally(new PluginException("stopped", "Plugin [" + plugin + "] was stopped"));
        if (being != null) {
            being.kill("was stopped");
        }
        if (now != null) {
            now.worker().kill("was stopped");
            now.worker().awaitEnd(Duration.ofSeconds(5));
        }
        Workers used = workers;
        if (used != null && left.compareAndSet(false, true)) {
            used.pool().leave(spec);
            tier.leave(used);
        }
    }

    private Workers workers() {
        Workers used = workers;
        if (used == null) {
            throw new IllegalStateException("Plugin [" + plugin + "] was not started");
        }
        return used;
    }
}
