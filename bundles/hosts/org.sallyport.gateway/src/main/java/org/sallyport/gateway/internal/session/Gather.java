package org.sallyport.gateway.internal.session;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sallyport.gateway.internal.rpc.Frame;

/** Asks several servers at once and waits for their answers, but not longer than a limit. Thread-safe. */
final class Gather {
    private final List<ServerLink> links;
    private final Consumer<Map<String, Frame>> then;
    private final Map<String, Frame> answers = new ConcurrentHashMap<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile @Nullable Future<?> timeout;

    /**
     * @param links whom to ask
     * @param then is given the answers that came, in the order of the links, once
     */
    Gather(List<ServerLink> links, Consumer<Map<String, Frame>> then) {
        this.links = links;
        this.then = then;
    }

    /**
     * Asks them.
     *
     * @param ask sends the question and gives the answer to the consumer
     */
    void start(ScheduledExecutorService timer, Duration limit, BiConsumer<ServerLink, Consumer<Frame>> ask) {
        if (links.isEmpty()) {
            end();
            return;
        }
        timeout = timer.schedule(this::end, limit.toMillis(), TimeUnit.MILLISECONDS);
        for (ServerLink link : links) {
            ask.accept(link, answer -> {
                answers.put(link.name(), answer);
                if (answers.size() == links.size()) {
                    end();
                }
            });
        }
    }

    private void end() {
        if (!done.compareAndSet(false, true)) {
            return;
        }
        Future<?> running = timeout;
        if (running != null) {
            running.cancel(false);
        }
        Map<String, Frame> came = new LinkedHashMap<>();
        for (ServerLink link : links) {
            Frame answer = answers.get(link.name());
            if (answer != null) {
                came.put(link.name(), answer);
            }
        }
        then.accept(came);
    }
}
