package org.sallyport.gateway.internal.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.sallyport.api.document.Document;
import org.sallyport.gateway.internal.rpc.Frame;

/**
 * What one session at a server of the legacy era is subscribed to, for several who want it: the server is told when the first one wants to hear of a
 * resource and when the last one does not any more, and of one resource never two things at once. Thread-safe.
 */
final class WatchedResources {
    private final Conversation conversation;

    /** By URI. Its own lock. */
    private final Map<String, Watch> watches = new HashMap<>();

    private static final class Watch {
        /** Who wants it; below zero for a moment if somebody left before he was counted. */
        private int wanted;

        private boolean told;
        private boolean busy;
        private final List<Runnable> waiting = new ArrayList<>();
    }

    WatchedResources(Conversation conversation) {
        this.conversation = conversation;
    }

    /**
     * Somebody wants to hear of these.
     *
     * @param then is run when the server has answered to that, whatever it said; at once if there are none
     */
    void add(Set<String> uris, Runnable then) {
        AtomicInteger open = new AtomicInteger(uris.size() + 1);
        Runnable one = () -> {
            if (open.decrementAndGet() == 0) {
                then.run();
            }
        };
        for (String uri : uris) {
            synchronized (watches) {
                Watch watch = watches.computeIfAbsent(uri, key -> new Watch());
                watch.wanted++;
                watch.waiting.add(one);
            }
            settle(uri);
        }
        one.run();
    }

    /** One who wanted to hear of these does not any more. */
    void remove(Set<String> uris) {
        for (String uri : uris) {
            synchronized (watches) {
                watches.computeIfAbsent(uri, key -> new Watch()).wanted--;
            }
            settle(uri);
        }
    }

    /** The server forgot the session. */
    void lost() {
        synchronized (watches) {
            watches.values().forEach(watch -> watch.told = false);
        }
    }

    private void settle(String uri) {
        boolean subscribe;
        List<Runnable> done = List.of();
        boolean ask = false;
        synchronized (watches) {
            Watch watch = watches.get(uri);
            if (watch == null || watch.busy) {
                return;
            }
            subscribe = watch.wanted > 0;
            if (subscribe == watch.told) {
                done = List.copyOf(watch.waiting);
                watch.waiting.clear();
                if (watch.wanted == 0) {
                    watches.remove(uri);
                }
            } else {
                watch.busy = true;
                ask = true;
            }
        }
        done.forEach(Runnable::run);
        if (ask) {
            conversation.ask(
                    subscribe ? "resources/subscribe" : "resources/unsubscribe",
                    Document.object("uri", Document.of(uri)),
                    new Conversation.Answer() {
                        @Override
                        public void response(Frame frame) {
                            told(uri, subscribe);
                        }

                        @Override
                        public void failure(UpstreamException cause) {
                            // If the session is gone, whoever wants to hear of it is told that.
                            told(uri, subscribe);
                        }
                    });
        }
    }

    private void told(String uri, boolean subscribed) {
        synchronized (watches) {
            Watch watch = watches.get(uri);
            if (watch == null) {
                return;
            }
            watch.busy = false;
            watch.told = subscribed;
        }
        settle(uri);
    }
}
