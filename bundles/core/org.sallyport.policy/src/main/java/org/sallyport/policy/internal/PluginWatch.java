package org.sallyport.policy.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.sallyport.spi.plugin.PluginFaults;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one plugin in one revision did to the host: the threads it keeps. Once condemned it is not called any more, even
 * while the chain still names it. Shared by all its instances; thread-safe.
 */
final class PluginWatch {
    /** Threads that a plugin may keep beyond their deadline at one time; with this many it is condemned. */
    static final int MAX_STUCK = 4;

    private static final Logger log = LoggerFactory.getLogger(PluginWatch.class);

    private final String plugin;
    private final PluginFaults faults;
    private final AtomicInteger stuck = new AtomicInteger();
    private final AtomicReference<@Nullable String> condemned = new AtomicReference<>();

    /**
     * @param plugin the plugin's id; empty for a stand-in, which is condemned but nobody is told of it
     * @param faults told of what it does wrong
     */
    PluginWatch(String plugin, PluginFaults faults) {
        this.plugin = plugin;
        this.faults = faults;
    }

    void threadKept() {
        stuck.incrementAndGet();
    }

    void threadBack() {
        stuck.decrementAndGet();
    }

    int stuck() {
        return stuck.get();
    }

    /** Looks whether it keeps too many threads now. */
    void judge(String instance) {
        int kept = stuck.get();
        if (kept >= MAX_STUCK) {
            condemn("Instance [" + instance + "] keeps [" + kept + "] threads beyond their deadline; at most ["
                    + (MAX_STUCK - 1) + "] are tolerated");
        }
    }

    /** Calls it no more. The first cause counts. Never throws. */
    void condemn(String cause) {
        if (condemned.compareAndSet(null, cause) && !plugin.isEmpty()) {
            try {
                faults.quarantine(plugin, cause);
            } catch (RuntimeException | LinkageError e) {
                // LinkageError: whoever takes faults may be updated just now, and the message waits for its pass.
                log.error(
                        "Plugin [{}] could not be quarantined ({}); it is not called any more, but stays listed",
                        plugin,
                        cause,
                        e);
            }
        }
    }

    /** Tells those who ask why of a failure. Of a condemned one they know what it was condemned for. Never throws. */
    void failed(String sentence) {
        if (plugin.isEmpty() || condemned.get() != null) {
            return;
        }
        try {
            faults.report(plugin, sentence);
        } catch (RuntimeException | LinkageError e) {
            // Without the sentence: it may quote a message.
            log.warn("Nobody could be told of a failure of plugin [{}]", plugin, e);
        }
    }

    /** Why it must not be called any more; {@code null} if it may. */
    @Nullable String condemned() {
        return condemned.get();
    }
}
