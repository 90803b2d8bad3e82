package org.sallyport.signing.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.keys.PrivateFiles;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.trust.TrustLevels.Trust;

/**
 * What was in service: of each plugin whose it is and its highest version, {@code keys/ledger.json}. It outlives an
 * uninstall, so that an older version with a known hole does not come back by that way. Thread-safe.
 */
final class Ledger {
    /** Most bytes of the file; far more than ten thousand plugins need. */
    static final int MAX_SIZE = 32 << 20;

    private final @Nullable Path file;

    // Guarded by this.
    private @Nullable Map<String, Entry> entries;
    private String failure = "";

    /** @param file {@code null} keeps it in memory */
    Ledger(@Nullable Path file) {
        this.file = file;
    }

    /**
     * One plugin.
     *
     * @param highest the highest version that was in service, or the one to which an operator set it back
     * @param trust of that version
     */
    record Entry(Version highest, Trust trust) {
        /** Whose the plugin is. */
        String publisher() {
            return trust.publisher();
        }
    }

    /**
     * What is known of a plugin.
     *
     * @throws TrustException if it is not known what is known
     */
    synchronized Optional<Entry> of(String plugin) throws TrustException {
        if (!failure.isEmpty()) {
            throw new TrustException(failure);
        }
        return Optional.ofNullable(entries().get(plugin));
    }

    /** A version is in service; durable when it returns. Nothing if a higher one was. */
    synchronized void inService(String plugin, Version version, Trust trust) throws TrustException {
        Entry known = entries().get(plugin);
        if (known == null
                || known.highest.compareTo(version) < 0
                || known.highest.equals(version) && !known.trust.equals(trust)) {
            set(plugin, new Entry(version, trust));
        }
    }

    /** Writes an entry down, whatever was there. */
    synchronized void set(String plugin, Entry entry) throws TrustException {
        Map<String, Entry> changed = new TreeMap<>(entries());
        changed.put(plugin, entry);
        if (file != null) {
            try {
                PrivateFiles.replace(file, write(changed));
            } catch (IOException e) {
                failure = "The ledger [" + file + "] cannot be written: " + e;
                throw new TrustException(failure);
            }
        }
        failure = "";
        entries = changed;
    }

    private Map<String, Entry> entries() throws TrustException {
        Map<String, Entry> known = entries;
        if (known == null) {
            known = file == null ? new TreeMap<>() : read(file);
            entries = known;
        }
        return known;
    }

    private static byte[] write(Map<String, Entry> entries) {
        Map<String, Document> all = new TreeMap<>();
        entries.forEach((plugin, entry) -> all.put(
                plugin,
                Document.object("highest", Document.of(entry.highest.toString()))
                        .with("publisher", Document.of(entry.trust.publisher()))
                        .with("key", Document.of(entry.trust.key()))
                        .with("format", Document.of(entry.trust.format()))
                        .with("level", Document.of(entry.trust.level().label()))));
        return (Document.object(all).toJson(2) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Entry> read(Path file) throws TrustException {
        Map<String, Entry> read = new TreeMap<>();
        try {
            byte[] text = PrivateFiles.read(file, MAX_SIZE);
            if (text == null) {
                return read;
            }
            Document all = Json.read(text);
            for (String plugin : all.keys()) {
                Document one = all.get(plugin);
                read.put(
                        plugin,
                        new Entry(
                                Version.parseVersion(one.get("highest").text("?")),
                                new Trust(
                                        TrustLevel.valueOf(
                                                one.get("level").text("").toUpperCase(java.util.Locale.ROOT)),
                                        one.get("publisher").text(""),
                                        one.get("key").text(""),
                                        one.get("format").text(""))));
            }
            return read;
        } catch (IOException | JsonException | IllegalArgumentException e) {
            throw new TrustException("The ledger [" + file + "] cannot be read: " + e.getMessage());
        }
    }
}
