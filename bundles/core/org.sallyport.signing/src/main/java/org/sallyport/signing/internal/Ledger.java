package org.sallyport.signing.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.TrustLevel;
import org.sallyport.signing.internal.keys.PrivateFiles;
import org.sallyport.signing.internal.keys.TrustException;
import org.sallyport.spi.file.LineLog;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.sallyport.spi.trust.TrustLevels.Trust;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was in service: of each plugin whose it is and its highest version, {@code keys/ledger.json}, and
 * what changed since that was written, {@code keys/ledger.log}. It outlives an uninstall, so that an older version with a known
 * hole does not come back by that way. Thread-safe.
 */
final class Ledger {
    private static final Logger slf4j = LoggerFactory.getLogger(Ledger.class);

    /** Most bytes of the file; far more than ten thousand plugins need. */
    static final int MAX_SIZE = 32 << 20;

    /** Bytes of the log after which the file is written anew, if that one is not larger itself. */
    static final int LONG = 256 << 10;

    private final @Nullable Path file;

    // Guarded by this.
    private @Nullable Map<String, Entry> entries;
    private @Nullable LineLog log;
    private long wholeBytes;
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
        Map<String, Entry> known = entries();
        if (file != null) {
            try {
                write(file, plugin, entry);
            } catch (IOException e) {
                endLog();
                failure = "The ledger [" + file + "] cannot be written: " + e;
                throw new TrustException(failure);
            }
        }
        failure = "";
        known.put(plugin, entry);
    }

    /** As a line of the log; or all anew if there is no log, or it is long. */
    private void write(Path whole, String plugin, Entry entry) throws IOException {
        LineLog open = log;
        if (open != null && open.length() <= Math.max(LONG, wholeBytes)) {
            open.append(Document.object(plugin, document(entry)).toJson());
            open.force();
            return;
        }
        endLog();
        Map<String, Entry> changed = new TreeMap<>(entries);
        changed.put(plugin, entry);
        byte[] bytes = write(changed);
        PrivateFiles.replace(whole, bytes);
        wholeBytes = bytes.length;
        log = LineLog.empty(logOf(whole));
    }

    private void endLog() {
        LineLog open = log;
        log = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                slf4j.debug("The log of the ledger was not closed cleanly", e);
            }
        }
    }

    private static Path logOf(Path file) {
        return file.resolveSibling("ledger.log");
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
        entries.forEach((plugin, entry) -> all.put(plugin, document(entry)));
        return (Document.object(all).toJson(2) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Document document(Entry entry) {
        return Document.object("highest", Document.of(entry.highest.toString()))
                .with("publisher", Document.of(entry.trust.publisher()))
                .with("key", Document.of(entry.trust.key()))
                .with("format", Document.of(entry.trust.format()))
                .with("level", Document.of(entry.trust.level().label()));
    }

    private Map<String, Entry> read(Path whole) throws TrustException {
        Map<String, Entry> read = new TreeMap<>();
        try {
            byte[] text = PrivateFiles.read(whole, MAX_SIZE);
            LineLog.Content since = LineLog.read(logOf(whole));
            if (since.damaged() > 0) {
                throw new IOException("[" + since.damaged() + "] lines of [" + logOf(whole) + "] are damaged");
            }
            // Mostly thousands of plugins have few publishers.
            Map<String, String> same = new HashMap<>();
            if (text != null) {
                add(Json.read(text), read, same);
                wholeBytes = text.length;
            }
            for (String line : since.lines()) {
                // As bytes, like the whole: a start is spared the other parser's compilation.
                add(Json.read(line.getBytes(StandardCharsets.UTF_8)), read, same);
            }
            if (text != null && since.isClean() && Files.exists(logOf(whole))) {
                log = LineLog.open(logOf(whole));
            }
            return read;
        } catch (IOException | JsonException | IllegalArgumentException e) {
            throw new TrustException("The ledger [" + whole + "] cannot be read: " + e.getMessage());
        }
    }

    private static void add(Document all, Map<String, Entry> read, Map<String, String> same) {
        for (String plugin : all.keys()) {
            Document one = all.get(plugin);
            read.put(
                    plugin,
                    new Entry(
                            Version.parseVersion(one.get("highest").text("?")),
                            new Trust(
                                    TrustLevel.valueOf(one.get("level").text("").toUpperCase(java.util.Locale.ROOT)),
                                    text(one, "publisher", same),
                                    text(one, "key", same),
                                    text(one, "format", same))));
        }
    }

    private static String text(Document entry, String member, Map<String, String> same) {
        String text = entry.get(member).text("");
        String before = same.putIfAbsent(text, text);
        return before == null ? text : before;
    }
}
