package org.sallyport.config.internal.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.config.SettingsView;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * Checks settings by schemas that strangers wrote. A schema has at most {@value #MAX_SCHEMA} characters; at most
 * {@value #MAX_CACHED} compiled ones are kept, the least recently used go first. A check runs on a thread of its own
 * for a limited time; a schema that exceeded it is never tried again, and at most {@value #MAX_RUNNING} checks run at
 * a time, so hanging ones can cost threads but not the host. Thread-safe.
 */
public final class JsonSchemas implements SettingsFactory {
    static final int MAX_SCHEMA = 256 * 1024;
    static final int MAX_CACHED = 200;
    static final int MAX_RUNNING = 8;
    private static final int MAX_HANGING = 1_000;

    private final Duration limit;
    private final Semaphore running = new Semaphore(MAX_RUNNING);
    private final Set<String> hanging = new LinkedHashSet<>();
    private final Map<String, Cached> cache = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Cached> eldest) {
            return size() > MAX_CACHED;
        }
    };

    /** A schema as text and, once a check needed it, in the validator's form. */
    private static final class Cached {
        final Document text;
        volatile @Nullable CompiledSchema compiled;

        Cached(Document text) {
            this.text = text;
        }
    }

    /** @param limit longest time of one check; generous, as the first one loads the validator's classes */
    public JsonSchemas(Duration limit) {
        this.limit = limit;
    }

    @Override
    public Settings settings(String instance, Scope scope, Document settings) {
        return new SettingsView(instance, scope, settings);
    }

    @Override
    public List<SettingsException> check(String schema, Document settings) {
        if (schema.length() > MAX_SCHEMA) {
            return refused("The schema is longer than [" + MAX_SCHEMA + "] characters");
        }
        String hash = hash(schema);
        Cached cached;
        synchronized (cache) {
            if (hanging.contains(hash)) {
                return refused("An earlier check by this schema did not end in time, so it is not used any more");
            }
            cached = cache.get(hash);
        }
        if (cached == null) {
            try {
                cached = new Cached(Json.read(schema));
            } catch (JsonException e) {
                return refused("The schema is not JSON: " + e.getMessage());
            }
            synchronized (cache) {
                cache.put(hash, cached);
            }
        }
        return SimpleSchema.surelyAccepts(cached.text, settings) ? List.of() : limited(hash, cached, settings);
    }

    private List<SettingsException> limited(String hash, Cached cached, Document settings) {
        if (!running.tryAcquire()) {
            return refused("More than [" + MAX_RUNNING + "] checks run already; try again later");
        }
        CompletableFuture<List<SettingsException>> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(checked(cached, settings));
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    } finally {
                        running.release();
                    }
                },
                "sallyport-settings-check");
        thread.setDaemon(true);
        thread.start();
        try {
            return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            synchronized (cache) {
                cache.remove(hash);
                if (hanging.size() < MAX_HANGING) {
                    hanging.add(hash);
                }
            }
            return refused("The check by the schema took longer than [" + limit.toMillis() + "] ms and was given up");
        } catch (ExecutionException e) {
            return refused("The check by the schema failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused("The check was interrupted");
        }
    }

    private static List<SettingsException> checked(Cached cached, Document settings) {
        CompiledSchema compiled = cached.compiled;
        if (compiled == null) {
            try {
                compiled = CompiledSchema.of(cached.text);
            } catch (SettingsException e) {
                return List.of(e);
            }
            cached.compiled = compiled;
        }
        return compiled.check(settings);
    }

    private static List<SettingsException> refused(String message) {
        return List.of(new SettingsException("", message));
    }

    private static String hash(String schema) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(schema.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
