package org.sallyport.gateway.internal.upstream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sees to it that no child process outlives its link, the bundle or the JVM. Thread-safe. */
final class Reaper implements AutoCloseable {
    private final String server;
    private final Duration grace;
    private final Set<StdioLink> links = ConcurrentHashMap.newKeySet();
    private final Map<ChildProcess, CompletableFuture<Void>> children = new ConcurrentHashMap<>();
    private final Set<ChildProcess> stopping = ConcurrentHashMap.newKeySet();
    private final Thread hook;

    /** @param grace time that a child has to end by itself at each step */
    Reaper(String server, Duration grace) {
        this.server = server;
        this.grace = grace;
        hook = new Thread(() -> stopAll(Duration.ofMillis(300)), "sallyport-upstream-" + server + "-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void watch(StdioLink link) {
        links.add(link);
    }

    void forget(StdioLink link) {
        links.remove(link);
    }

    List<StdioLink> links() {
        return List.copyOf(links);
    }

    /** Before it is used, so that its end finds it here. */
    void watch(ChildProcess child) {
        children.put(child, new CompletableFuture<>());
    }

    /** Ends a child on a thread of its own; returns at once. */
    void stop(ChildProcess child) {
        CompletableFuture<Void> gone = children.get(child);
        if (gone != null && stopping.add(child)) {
            Thread thread = new Thread(
                    () -> {
                        child.stop(grace);
                        children.remove(child);
                        stopping.remove(child);
                        gone.complete(null);
                    },
                    "sallyport-upstream-" + server + "-reaper");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Ends all links and waits until all children are gone, at most for three times the grace and two seconds. */
    @Override
    public void close() {
        links().forEach(StdioLink::close);
        children.keySet().forEach(this::stop);
        try {
            CompletableFuture.allOf(children.values().toArray(CompletableFuture<?>[]::new))
                    .get(3 * grace.toMillis() + 2_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stopAll(Duration.ZERO);
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            stopAll(Duration.ZERO);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending; the hook has run or will.
        }
    }

    private void stopAll(Duration wait) {
        List<Thread> threads = children.keySet().stream()
                .map(child -> new Thread(() -> child.stop(wait)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join(3_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
