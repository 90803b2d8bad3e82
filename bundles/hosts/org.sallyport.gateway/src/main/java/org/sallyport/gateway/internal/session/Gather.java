package org.sallyport.gateway.internal.session;

import java.time.Duration;
import java.util.ArrayList;
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
import org.sallyport.gateway.internal.rpc.Frame;

/**
 * Asks several servers at once and waits for their answers, but not longer than a limit. One that let the last question
 * wait in vain holds the others no more than {@value #GRACE_MILLIS} ms until it answers something again. Thread-safe.
 */
final class Gather {
    /** How long the others wait for a server that missed the last limit. */
    static final int GRACE_MILLIS = 250;

    private final List<ServerLink> links;
    private final Consumer<Map<String, Frame>> then;
    private final Map<String, Frame> answers = new ConcurrentHashMap<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<Future<?>> timeouts = new ArrayList<>();
    private volatile List<ServerLink> awaited;

    /**
     * @param links whom to ask
     * @param then is given the answers that came, in the order of the links, once
     */
    Gather(List<ServerLink> links, Consumer<Map<String, Frame>> then) {
        this.links = links;
        this.awaited = links;
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
        List<ServerLink> prompt =
                links.stream().filter(link -> !link.isMissed()).toList();
        synchronized (timeouts) {
            timeouts.add(timer.schedule(this::end, limit.toMillis(), TimeUnit.MILLISECONDS));
            if (!prompt.isEmpty() && prompt.size() < links.size()) {
                timeouts.add(timer.schedule(
                        () -> {
                            awaited = prompt;
                            endIfAnswered();
                        },
                        Math.min(GRACE_MILLIS, limit.toMillis()),
                        TimeUnit.MILLISECONDS));
            }
        }
        for (ServerLink link : links) {
            ask.accept(link, answer -> {
                answers.put(link.name(), answer);
                endIfAnswered();
            });
        }
    }

    private void endIfAnswered() {
        if (awaited.stream().allMatch(link -> answers.containsKey(link.name()))) {
            end();
        }
    }

    private void end() {
        if (!done.compareAndSet(false, true)) {
            return;
        }
        synchronized (timeouts) {
            timeouts.forEach(timeout -> timeout.cancel(false));
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
