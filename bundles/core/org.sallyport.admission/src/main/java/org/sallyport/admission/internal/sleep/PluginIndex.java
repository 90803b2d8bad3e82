package org.sallyport.admission.internal.sleep;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.spi.file.Durable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins that may sleep, by id, each for the bytes that it was made of. A file that is only there to save work: one
 * that is missing, damaged, of another format or of another host is as good as empty, and what it knew is learned again.
 * It is replaced whole, so a process that dies leaves the one before or the one after. Thread-safe.
 *
 * <p>The file: {@value #MAGIC}, {@value #FORMAT}, the host, the number of entries, then id, SHA-256, length and packed
 * bytes of each, and at the end the CRC-32 of all that.
 */
public final class PluginIndex {
    /** Most bytes of the file: 64 MiB. */
    static final int MAX_SIZE = 64 << 20;

    private static final Logger log = LoggerFactory.getLogger(PluginIndex.class);
    private static final int MAGIC = 0x53504958;
    private static final int FORMAT = 3;

    private final @Nullable Path file;
    private final String host;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private volatile boolean changed;

    private record Entry(String sha256, IndexedPlugin plugin) {
        boolean isSameAs(Entry that) {
            return sha256.equals(that.sha256) && Arrays.equals(plugin.packed(), that.plugin.packed());
        }
    }

    /**
     * Reads the index.
     *
     * @param file where it is kept; null keeps it nowhere
     * @param host names all that the admission of a plugin depends on beside its bytes
     */
    public PluginIndex(@Nullable Path file, String host) {
        this.file = file;
        this.host = host;
        if (file == null) {
            return;
        }
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new IOException("it has more than [" + MAX_SIZE + "] bytes");
            }
            entries.putAll(read(Files.readAllBytes(file), host));
        } catch (NoSuchFileException e) {
            log.debug("There is no index [{}] yet", file);
        } catch (IOException e) {
            log.info("The index [{}] of plugins is made anew: {}", file, e.getMessage());
        }
    }

    private static Map<String, Entry> read(byte[] bytes, String host) throws IOException {
        int end = bytes.length - Integer.BYTES;
        if (end < 0) {
            throw new IOException("it is cut off");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
        if (in.available() < 2 * Integer.BYTES || in.readInt() != MAGIC || in.readInt() != FORMAT) {
            throw new IOException("it is of another format");
        } else if (checksum(bytes, end)
                != new DataInputStream(new ByteArrayInputStream(bytes, end, Integer.BYTES)).readInt()) {
            throw new IOException("its checksum is wrong");
        } else if (!in.readUTF().equals(host)) {
            throw new IOException("it was made by another host");
        }
        Map<String, Entry> entries = new TreeMap<>();
        Map<String, Version> versions = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String sha256 = in.readUTF();
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("it has an entry of [" + length + "] bytes");
            }
            byte[] packed = new byte[length];
            in.readFully(packed);
            IndexedPlugin plugin = IndexedPlugin.unpack(packed, versions);
            entries.put(plugin.descriptor().id().value(), new Entry(sha256, plugin));
        }
        return entries;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** What is known of a plugin of these bytes, if it may sleep. */
    public Optional<IndexedPlugin> find(String id, String sha256) {
        Entry entry = entries.get(id);
        if (entry == null || !entry.sha256.equals(sha256)) {
            return Optional.empty();
        }
        // The caller keeps its own string, and there may be thousands.
        entries.replace(id, entry, new Entry(sha256, entry.plugin));
        return Optional.of(entry.plugin);
    }

    /** Knows a plugin of these bytes from now on, instead of others of its id. */
    public void put(String sha256, IndexedPlugin plugin) {
        Entry next = new Entry(sha256, plugin);
        Entry before = entries.put(plugin.descriptor().id().value(), next);
        if (before == null || !before.isSameAs(next)) {
            changed = true;
        }
    }

    /** Whether there is something to save. */
    public boolean isChanged() {
        return changed;
    }

    /** Forgets a plugin. */
    public void remove(String id) {
        if (entries.remove(id) != null) {
            changed = true;
        }
    }

    /** Writes down what changed since the last time; a failure is told and survived. */
    public synchronized void save() {
        if (file == null || !changed) {
            return;
        }
        changed = false;
        try {
            byte[] bytes = bytes();
            if (bytes.length > MAX_SIZE) {
                throw new IOException("it would have more than [" + MAX_SIZE + "] bytes");
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Durable.replace(file, bytes);
        } catch (IOException e) {
            log.warn(
                    "The index [{}] of plugins was not written, so the next start takes longer: {}",
                    file,
                    e.toString());
        }
    }

    private byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeInt(FORMAT);
        out.writeUTF(host);
        Map<String, Entry> all = new TreeMap<>(entries);
        out.writeInt(all.size());
        for (Entry entry : all.values()) {
            out.writeUTF(entry.sha256);
            out.writeInt(entry.plugin.packed().length);
            out.write(entry.plugin.packed());
        }
        out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
        return bytes.toByteArray();
    }
}
