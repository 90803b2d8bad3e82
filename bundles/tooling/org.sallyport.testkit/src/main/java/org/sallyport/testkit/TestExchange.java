package org.sallyport.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Exchange;

/**
 * An exchange of {@code jane}, begun by her client at {@link #NOON}. Thread-safe.
 *
 * @param server the upstream's name
 * @param elapsed the time it took so far
 * @param memory what the plugin remembers in it
 */
public record TestExchange(String server, Duration elapsed, Map<String, Document> memory) implements Exchange {
    /** When every exchange begins. */
    public static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static final int MAX_KEYS = 16;

    /** An exchange in which nothing is remembered yet. */
    public TestExchange(String server, Duration elapsed) {
        this(server, elapsed, new ConcurrentHashMap<>());
    }

    @Override
    public String id() {
        return "x-1";
    }

    @Override
    public String session() {
        return "secret-session";
    }

    @Override
    public String principal() {
        return "jane";
    }

    @Override
    public String tenant() {
        return "";
    }

    @Override
    public boolean fromServer() {
        return false;
    }

    @Override
    public Instant began() {
        return NOON;
    }

    @Override
    public Document recall(String key) {
        return memory.getOrDefault(key, Document.NULL);
    }

    /** @throws IllegalStateException beyond 16 keys, which is all that an instance has */
    @Override
    public void remember(String key, Document value) {
        if (!memory.containsKey(key) && memory.size() == MAX_KEYS) {
            throw new IllegalStateException("An instance remembers at most " + MAX_KEYS + " keys in an exchange");
        }
        memory.put(key, value);
    }
}
