package org.sallyport.admission.internal.archive;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An archive that was read whole and found sound. Immutable, as long as nobody changes its bytes. */
public final class Archive {
    /** The manifest's place. */
    public static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final byte[] bytes;
    private final Map<String, ZipEntryInfo> entries;

    Archive(byte[] bytes, Map<String, ZipEntryInfo> entries) {
        this.bytes = bytes;
        this.entries = Collections.unmodifiableMap(entries);
    }

    @Nullable ZipEntryInfo entry(String name) {
        return entries.get(name);
    }

    /** The names of all entries, folders included, in the archive's order. */
    public Collection<String> names() {
        return entries.keySet();
    }

    /** The names of the files in a folder and below, with an ending. */
    public List<String> names(String folder, String ending) {
        return entries.keySet().stream()
                .filter(name -> name.startsWith(folder) && name.endsWith(ending))
                .toList();
    }

    /** The bytes that all contents have together. */
    long unpacked() {
        return entries.values().stream().mapToLong(ZipEntryInfo::size).sum();
    }

    /**
     * An entry's content.
     *
     * @param limit most bytes
     * @throws ArchiveException if it is larger
     */
    public Optional<byte[]> content(String name, int limit) throws ArchiveException {
        ZipEntryInfo entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        } else if (entry.size() > limit) {
            throw ArchiveException.archive(
                    "its entry [" + name + "] has [" + entry.size() + "] bytes; at most [" + limit + "] are read");
        }
        return Optional.of(Unpacker.unpack(bytes, entry));
    }
}
