package org.sallyport.gateway.internal.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actions of the plugins in service, as tools, and the threads on which they run: at most {@value #THREADS}, with
 * {@value #QUEUED} calls waiting. A call finishes on the version it began with.
 */
@Component(
        service = {PluginTools.class, PluginConsumer.class},
        immediate = true)
public final class PluginTools implements PluginConsumer {
    /** Most calls at a time. */
    static final int THREADS = 16;

    /** Most calls that wait for a thread. */
    static final int QUEUED = 256;

    /** Calls of one plugin that did not end in time, before it is taken out of service. */
    static final int MAX_HANGING = 4;

    private static final Duration DESCRIBE = Duration.ofSeconds(2);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Logger log = LoggerFactory.getLogger(PluginTools.class);

    private final ThreadPoolExecutor threads;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> hanging = new ConcurrentHashMap<>();
    private volatile Generation current = Generation.of(Map.of());
    private CompletionStage<Void> earlier = CompletableFuture.completedFuture(null);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable SettingsFactory schemas;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable PluginFaults faults;

    @Activate
    public PluginTools() {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUED), work -> {
                    Thread thread = new Thread(work, "sallyport-tool-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Deactivate
    void close() {
        threads.shutdownNow();
    }

    @Override
    public CompletionStage<Void> switchTo(PluginSet next) {
        Generation generation = Generation.of(describe(next));
        CompletionStage<Void> drained;
        synchronized (this) {
            Generation last = current;
            current = generation;
            earlier = earlier.thenCombine(last.retire(), (one, other) -> null);
            drained = earlier;
        }
        hanging.keySet().retainAll(generation.plugins().keySet());
        listeners.forEach(Runnable::run);
        return drained;
    }

    /** The tools now. A call has to {@link Generation#enter} it, and to take the next one if it cannot. */
    Generation current() {
        return current;
    }

    /** Told when tools may have changed; must be quick. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void unlisten(Runnable listener) {
        listeners.remove(listener);
    }

    /** What is wrong with the arguments of a call; empty if nothing. */
    List<SettingsException> check(String schema, Document arguments) {
        SettingsFactory checker = schemas;
        return checker == null ? List.of() : checker.check(schema, arguments);
    }

    /** @throws RejectedExecutionException if too many calls wait already */
    Future<?> run(Runnable call) {
        return threads.submit(call);
    }

    /** A call did not end in time. */
    void hangs(String plugin) {
        int now = hanging.computeIfAbsent(plugin, key -> new AtomicInteger()).incrementAndGet();
        PluginFaults reports = faults;
        if (now == MAX_HANGING && reports != null) {
            reports.quarantine(plugin, MAX_HANGING + " calls of its actions did not end within their time");
        }
    }

    /** A call ended after its time after all. */
    void ended(String plugin) {
        AtomicInteger count = hanging.get(plugin);
        if (count != null) {
            count.decrementAndGet();
        }
    }

    private Map<String, Generation.PluginToolSet> describe(PluginSet set) {
        Map<String, List<Contribution<PluginAction>>> byPlugin = new LinkedHashMap<>();
        for (Contribution<PluginAction> action : set.contributions(PluginAction.class)) {
            byPlugin.computeIfAbsent(action.plugin().id().value(), key -> new ArrayList<>())
                    .add(action);
        }
        Map<String, Generation.PluginToolSet> sets = new HashMap<>();
        byPlugin.forEach((plugin, actions) -> {
            Map<String, Generation.Tool> tools = new TreeMap<>(Comparator.naturalOrder());
            for (Contribution<PluginAction> action : actions) {
                Generation.Tool tool = describe(plugin, action.service());
                if (tool != null && tools.putIfAbsent(tool.name(), tool) != null) {
                    log.warn("Plugin [{}] brings two actions named [{}]; the first is used", plugin, tool.name());
                }
            }
            String version = actions.get(0).plugin().version().toString();
            sets.put(plugin, new Generation.PluginToolSet(version, List.copyOf(tools.values())));
        });
        return sets;
    }

    /** Asks an action what it is, on a thread that may be left alone. */
    private Generation.@Nullable Tool describe(String plugin, PluginAction action) {
        Future<Generation.Tool> asked;
        try {
            asked = threads.submit(() -> tool(action));
            return asked.get(DESCRIBE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            log.warn("An action of plugin [{}] cannot be offered as a tool: {}", plugin, String.valueOf(e.getCause()));
        } catch (TimeoutException | RejectedExecutionException e) {
            log.warn("An action of plugin [{}] did not say in time what it is; it is left out", plugin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private static Generation.Tool tool(PluginAction action) {
        String name = action.name();
        Document schema = action.parameters();
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("its name [" + (name == null ? "" : Wire.shown(name))
                    + "] is not 1 to 64 letters, digits, dashes or underscores");
        } else if (schema == null || !schema.get("type").text("object").equals("object") || !schema.isObject()) {
            throw new IllegalArgumentException("the parameters of [" + name + "] are no schema of type object");
        }
        Document shown = schema.has("type") ? schema : schema.with("type", Document.of("object"));
        Map<String, Document> listed = new LinkedHashMap<>();
        listed.put("name", Document.of(name));
        listed.put("description", Document.of(String.valueOf(action.description())));
        listed.put("inputSchema", shown);
        return new Generation.Tool(name, shown.toJson(), Document.object(listed), action);
    }
}
