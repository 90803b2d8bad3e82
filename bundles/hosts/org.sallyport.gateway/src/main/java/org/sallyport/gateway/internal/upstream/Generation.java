package org.sallyport.gateway.internal.upstream;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;

/**
 * The tools of all plugins at one moment, and the calls that run on them. Thread-safe.
 *
 * @param plugins by plugin id
 * @param calls how many calls run, and one more as long as this generation is the current one
 * @param drained completes when no call runs and none can begin any more
 */
record Generation(Map<String, PluginToolSet> plugins, AtomicInteger calls, CompletableFuture<Void> drained) {
    /** One plugin's tools, in the order of their names. */
    record PluginToolSet(String version, List<Tool> tools) {}

    /**
     * An action as a tool.
     *
     * @param schema of its arguments, as JSON text
     * @param listed how {@code tools/list} shows it
     */
    record Tool(String name, String schema, Document listed, PluginAction action) {}

    static Generation of(Map<String, PluginToolSet> plugins) {
        return new Generation(Map.copyOf(plugins), new AtomicInteger(1), new CompletableFuture<>());
    }

    /** Begins a call; {@code false} if a newer generation took over and nothing runs here any more. */
    boolean enter() {
        return calls.getAndUpdate(running -> running == 0 ? 0 : running + 1) > 0;
    }

    /** Ends a call, or the time as the current one. */
    void exit() {
        if (calls.decrementAndGet() == 0) {
            drained.complete(null);
        }
    }

    CompletionStage<Void> retire() {
        exit();
        return drained;
    }
}
