package org.sallyport.admission.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sallyport.admission.internal.journal.Disk;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which bundles of plugin types took over from those that the platform brought, with their archives: {@code types/in-force.json},
 * replaced whole and durably, which is the moment from which a change counts. Of this host alone, as what the platform brings
 * is, too. Without a folder it is forgotten at the end. Not thread-safe.
 */
final class TypeBook {
    /** More than anybody needs. */
    static final int MAX_TYPES = 1_000;

    private static final Logger log = LoggerFactory.getLogger(TypeBook.class);

    private final @Nullable Path folder;
    private final Disk disk;
    private final ArtefactStore archives;
    // Replaced, never changed.
    private volatile SortedMap<String, Entry> entries = new TreeMap<>();

    /** Reads what there is; a file that cannot be read counts as none, and is told of and left until the next change. */
    TypeBook(@Nullable Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
        archives = new ArtefactStore(folder, disk);
        if (folder != null) {
            try {
                entries = read(disk.read(file(folder)));
            } catch (NoSuchFileException e) {
                log.debug("No plugin type was updated here", e);
            } catch (IOException | JsonException e) {
                log.error(
                        "[{}] cannot be read, so the plugin types of sallyport.jar are used: {}. Update them again with"
                                + " 'type:update FILE'",
                        file(folder),
                        e.toString());
            }
        }
    }

    /** A bundle that took over. */
    record Entry(String version, String sha256, String origin) {
        static Entry of(CheckedCandidate candidate) {
            return new Entry(candidate.descriptor().version().toString(), candidate.sha256(), candidate.origin());
        }
    }

    /** All of them by symbolic name. */
    SortedMap<String, Entry> entries() {
        return new TreeMap<>(entries);
    }

    /** The digests of their archives. By any thread. */
    Set<String> archives() {
        return archives(entries);
    }

    private static Set<String> archives(SortedMap<String, Entry> entries) {
        return entries.values().stream().map(Entry::sha256).collect(Collectors.toSet());
    }

    /** Keeps an archive before it counts. */
    void keep(CheckedCandidate candidate) throws IOException {
        archives.put(candidate.sha256(), candidate.archive());
    }

    /** @throws IOException with a message for people if the bytes are missing or are others */
    byte[] archive(Entry entry) throws IOException {
        return archives.read(entry.sha256());
    }

    /** From now on this one counts, or if it is null, the one that the platform brought. */
    void set(String name, @Nullable Entry entry) throws IOException {
        SortedMap<String, Entry> next = new TreeMap<>(entries);
        if (entry == null) {
            next.remove(name);
        } else {
            next.put(name, entry);
        }
        if (next.size() > MAX_TYPES) {
            throw new IOException("more than [" + MAX_TYPES + "] plugin types were updated");
        }
        if (folder != null) {
            disk.make(folder);
            disk.replace(file(folder), text(next).getBytes(StandardCharsets.UTF_8));
        }
        entries = next;
        try {
            archives.retain(() -> archives(next));
        } catch (IOException e) {
            log.warn("Archives of plugin types that nobody needs could not be removed: {}", e.toString());
        }
    }

    private static Path file(Path folder) {
        return folder.resolve("in-force.json");
    }

    private static String text(SortedMap<String, Entry> entries) {
        Map<String, Document> members = new LinkedHashMap<>();
        entries.forEach((name, entry) -> members.put(
                name,
                Document.object(Map.of(
                        "version", Document.of(entry.version()),
                        "sha256", Document.of(entry.sha256()),
                        "origin", Document.of(entry.origin())))));
        return Document.object(members).toString();
    }

    private static SortedMap<String, Entry> read(byte[] json) throws JsonException {
        SortedMap<String, Entry> read = new TreeMap<>();
        Json.read(json)
                .members()
                .forEach((name, entry) -> read.put(
                        name,
                        new Entry(
                                entry.get("version").text(""),
                                entry.get("sha256").text(""),
                                entry.get("origin").text(""))));
        return read;
    }
}
