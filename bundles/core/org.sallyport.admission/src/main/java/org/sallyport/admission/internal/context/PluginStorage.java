package org.sallyport.admission.internal.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;
import org.sallyport.spi.file.Durable;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage of one plugin, shared by all its versions: a folder a scope, a file a value. A file is replaced whole
 * (fsync, rename), so a crash leaves the old value or the new one. Quotas hold for all scopes together.
 *
 * <p>Thread-safe: one lock a plugin, under which no plugin code runs.
 */
public final class PluginStorage {
    /** Most keys, all scopes together. */
    static final int MAX_KEYS = 10_000;

    /** Most bytes, all scopes together: 64 MiB. */
    static final long MAX_BYTES = 64L << 20;

    private static final Logger log = LoggerFactory.getLogger(PluginStorage.class);

    private final String plugin;
    private final Path folder;
    private final ConcurrentHashMap<Scope, ScopeStorage> scopes = new ConcurrentHashMap<>();
    private boolean counted;
    private int keys;
    private long bytes;

    /** @param folder made at the first write */
    public PluginStorage(String plugin, Path folder) {
        this.plugin = plugin;
        this.folder = folder;
    }

    /** The storage of a scope. */
    public Storage scope(Scope scope) {
        String name = scope.equals(Scope.GLOBAL) ? "global" : "scope-" + hash(scope.tenant() + '\0' + scope.server());
        return scopes.computeIfAbsent(scope, s -> new ScopeStorage(folder.resolve(name)));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** What lies there already, counted once, by sizes alone. Under the lock. */
    private void count() throws IOException {
        if (counted || !Files.isDirectory(folder)) {
            counted = true;
            return;
        }
        try (var files = Files.walk(folder, 2)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(".json")) {
                    keys++;
                    bytes += Files.size(file);
                }
            }
        }
        counted = true;
    }

    private PluginException failed(IOException e) {
        return new PluginException("storage_failed", "Storage of plugin [" + plugin + "] failed: " + e, e);
    }

    private PluginException quota(String what) {
        return new PluginException("storage_quota", "Storage of plugin [" + plugin + "] is full: " + what);
    }

    /** A value and when it was last changed. */
    private record Held(Path file, long size, long revision) {}

    private final class ScopeStorage implements Storage {
        private final Path place;
        private final TreeMap<String, Held> index = new TreeMap<>();
        private boolean loaded;
        private long revision;

        ScopeStorage(Path place) {
            this.place = place;
        }

        @Override
        public Optional<Document> get(String key) {
            return Optional.of(read(check(key)).value()).filter(value -> !value.isNull());
        }

        @Override
        public void put(String key, Document value) {
            check(key);
            write(key, value, -1);
        }

        @Override
        public void remove(String key) {
            write(check(key), Document.NULL, -1);
        }

        @Override
        public Document update(String key, UnaryOperator<Document> change) {
            check(key);
            while (true) {
                Seen seen = read(key);
                Document next = change.apply(seen.value());
                if (next == null) {
                    throw new PluginException("storage_failed", "The change of key [" + key + "] returned nothing");
                } else if (write(key, next, seen.revision())) {
                    return next;
                }
            }
        }

        @Override
        public List<String> keys(String prefix) {
            synchronized (PluginStorage.this) {
                load();
                return index.tailMap(prefix, true).keySet().stream()
                        .takeWhile(key -> key.startsWith(prefix))
                        .toList();
            }
        }

        private record Seen(Document value, long revision) {}

        private Seen read(String key) {
            synchronized (PluginStorage.this) {
                load();
                Held held = index.get(key);
                if (held == null) {
                    return new Seen(Document.NULL, 0);
                }
                try {
                    return new Seen(Json.read(Files.readAllBytes(held.file())).get("value"), held.revision());
                } catch (IOException e) {
                    throw failed(e);
                } catch (JsonException e) {
                    throw failed(new IOException("the value of key [" + key + "] is damaged", e));
                }
            }
        }

        /** Writes unless the value changed since; a revision below zero stands for whichever. */
        private boolean write(String key, Document value, long expected) {
            String text = value.isNull() ? "" : value.toJson();
            if (text.length() > MAX_VALUE) {
                throw quota("the value of key [" + key + "] has more than [" + MAX_VALUE + "] characters");
            }
            byte[] file = ("{\"key\":" + Document.of(key).toJson() + ",\"value\":" + text + "}")
                    .getBytes(StandardCharsets.UTF_8);
            synchronized (PluginStorage.this) {
                load();
                Held held = index.get(key);
                if (expected >= 0 && (held == null ? 0 : held.revision()) != expected) {
                    return false;
                }
                try {
                    if (value.isNull()) {
                        drop(key, held);
                    } else {
                        replace(key, held, file);
                    }
                } catch (IOException e) {
                    throw failed(e);
                }
                return true;
            }
        }

        private void drop(String key, Held held) throws IOException {
            if (held != null) {
                Files.deleteIfExists(held.file());
                Durable.syncFolder(place);
                index.remove(key);
                keys--;
                bytes -= held.size();
            }
        }

        private void replace(String key, Held held, byte[] file) throws IOException {
            Path target = place.resolve(hash(key) + ".json");
            // A damaged file lies there without being held; it counts like any other until it is replaced.
            boolean there = held != null || Files.exists(target);
            long before = held != null ? held.size() : there ? Files.size(target) : 0;
            long grown = bytes + file.length - before;
            if (!there && keys >= MAX_KEYS) {
                throw quota("it has [" + MAX_KEYS + "] keys");
            } else if (grown > MAX_BYTES) {
                throw quota("it would hold more than [" + MAX_BYTES + "] bytes");
            }
            Files.createDirectories(place);
            Durable.replace(target, file);
            index.put(key, new Held(target, file.length, ++revision));
            keys += there ? 0 : 1;
            bytes = grown;
        }

        private void load() {
            if (loaded) {
                return;
            }
            try {
                count();
                if (Files.isDirectory(place)) {
                    try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "*.json")) {
                        files.forEach(this::index);
                    }
                }
                loaded = true;
            } catch (IOException e) {
                throw failed(e);
            }
        }

        private void index(Path file) {
            try {
                byte[] content = Files.readAllBytes(file);
                String key = Json.read(content).get("key").text("");
                index.put(key, new Held(file, content.length, ++revision));
            } catch (IOException | JsonException e) {
                // One damaged value must not take the others along; it stays where it is for whoever wants to look.
                log.warn("Storage file [{}] of plugin [{}] is damaged and left out: {}", file, plugin, e.toString());
            }
        }
    }

    private static String check(String key) {
        if (key.isEmpty() || key.length() > Storage.MAX_KEY) {
            throw new PluginException(
                    "storage_failed",
                    "A storage key has 1 to [" + Storage.MAX_KEY + "] characters, not [" + key.length() + "]");
        }
        return key;
    }
}
