package org.sallyport.admission.internal.context;

import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.plugin.PluginException;

/** The threads of one plugin: at most {@value #MAX_THREADS}, made when needed, with {@value #MAX_QUEUE} tasks waiting. */
final class PluginThreads extends ScheduledThreadPoolExecutor {
    static final int MAX_THREADS = 4;
    static final int MAX_QUEUE = 10_000;

    private final String plugin;
    private final Rights rights;

    PluginThreads(String plugin, Rights rights) {
        super(MAX_THREADS, factory(plugin), (task, pool) -> {
            throw PluginServices.stopped(plugin);
        });
        this.plugin = plugin;
        this.rights = rights;
        setRemoveOnCancelPolicy(true);
        setKeepAliveTime(10, java.util.concurrent.TimeUnit.SECONDS);
        allowCoreThreadTimeOut(true);
    }

    /** As many as it may have now. */
    void resize() {
        setCorePoolSize(Math.max(1, rights.most("thread", "create", MAX_THREADS)));
    }

    private static java.util.concurrent.ThreadFactory factory(String plugin) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "plugin-" + plugin + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(Runnable task, RunnableScheduledFuture<V> future) {
        return bounded(future);
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(
            java.util.concurrent.Callable<V> task, RunnableScheduledFuture<V> future) {
        return bounded(future);
    }

    private <V> RunnableScheduledFuture<V> bounded(RunnableScheduledFuture<V> future) {
        // A task that comes again and again ends with it, too: this is asked for each time it is put into the queue.
        rights.check("thread", "create", "1");
        if (getQueue().size() >= MAX_QUEUE) {
            throw new PluginException(
                    "executor_full",
                    "Plugin [" + plugin + "] has [" + MAX_QUEUE + "] tasks waiting; no more are taken");
        }
        return future;
    }
}
