package org.sallyport.policy.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.spi.policy.PolicyEngine.Party;

/** An exchange as the host holds it; each instance sees it through a {@link #viewFor view} of its own memory. */
final class ExchangeImpl implements Exchange {
    /** Most keys that one instance may remember in one exchange. */
    static final int MAX_KEYS = 16;

    /** Longest key in characters. */
    static final int MAX_KEY = 256;

    private final String id;
    private final Party party;
    private final Instant began = Instant.now();
    private final long beganNanos = System.nanoTime();
    private final Map<String, Map<String, Document>> memory = new ConcurrentHashMap<>();
    private volatile @Nullable Message clearedRequest;

    ExchangeImpl(String id, Party party) {
        this.id = id;
        this.party = party;
    }

    /** The request of this exchange was cleared: only {@code rest} of it may be shown from now on. */
    void requestCleared(Message rest) {
        clearedRequest = rest;
    }

    /** The request as reports may show it. */
    Optional<Message> shown(Optional<Message> request) {
        Message rest = clearedRequest;
        return rest == null || request.isEmpty() ? request : Optional.of(rest);
    }

    Exchange viewFor(String instance) {
        return new View(instance);
    }

    private Document recall(String instance, String key) {
        Map<String, Document> kept = memory.get(instance);
        if (kept == null) {
            return Document.NULL;
        }
        synchronized (kept) {
            return kept.getOrDefault(key, Document.NULL);
        }
    }

    private void remember(String instance, String key, Document value) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw new PluginException(
                    "invalid_key", "A key to remember has 1 to " + MAX_KEY + " characters, not [" + key.length() + "]");
        }
        java.util.Objects.requireNonNull(value, "value");
        Map<String, Document> kept = memory.computeIfAbsent(instance, i -> new HashMap<>(4));
        synchronized (kept) {
            if (kept.size() >= MAX_KEYS && !kept.containsKey(key)) {
                throw new PluginException(
                        "too_many_keys",
                        "Instance [" + instance + "] remembers [" + MAX_KEYS + "] keys in exchange [" + id
                                + "] already; put more into one value");
            }
            kept.put(key, value);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String server() {
        return party.server();
    }

    @Override
    public String session() {
        return party.session();
    }

    @Override
    public String principal() {
        return party.principal();
    }

    @Override
    public String tenant() {
        return party.tenant();
    }

    @Override
    public boolean fromServer() {
        return party.fromServer();
    }

    @Override
    public Instant began() {
        return began;
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    @Override
    public Document recall(String key) {
        return recall("", key);
    }

    @Override
    public void remember(String key, Document value) {
        remember("", key, value);
    }

    private final class View implements Exchange {
        private final String instance;

        View(String instance) {
            this.instance = instance;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String server() {
            return party.server();
        }

        @Override
        public String session() {
            return party.session();
        }

        @Override
        public String principal() {
            return party.principal();
        }

        @Override
        public String tenant() {
            return party.tenant();
        }

        @Override
        public boolean fromServer() {
            return party.fromServer();
        }

        @Override
        public Instant began() {
            return began;
        }

        @Override
        public Duration elapsed() {
            return ExchangeImpl.this.elapsed();
        }

        @Override
        public Document recall(String key) {
            return ExchangeImpl.this.recall(instance, key);
        }

        @Override
        public void remember(String key, Document value) {
            ExchangeImpl.this.remember(instance, key, value);
        }
    }
}
