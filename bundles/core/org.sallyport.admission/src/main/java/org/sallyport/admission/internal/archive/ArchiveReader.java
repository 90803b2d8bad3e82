package org.sallyport.admission.internal.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a zip archive strictly (PKWARE APPNOTE 6.3), so that there is no second way to read it: every byte belongs to
 * exactly one entry or directory record, local headers say the same as the central directory, each name is canonical and
 * there once, and each content has its declared size and checksum. What this reader passes, the framework's own reader
 * sees the same way. Encryption, Zip64, several disks and other methods than deflate and store are refused.
 */
public final class ArchiveReader {
    /** Largest archive: 64 MiB. */
    public static final int MAX_SIZE = 64 << 20;

    /** Most entries. */
    public static final int MAX_ENTRIES = 10_000;

    /** Most bytes of all contents: 256 MiB. */
    public static final long MAX_UNPACKED = 256L << 20;

    /** An entry above 1 MiB may unpack to at most so many times its packed size. */
    public static final int MAX_RATIO = 200;

    /** Most bytes of an entry's name. */
    public static final int MAX_NAME = 1_024;

    /** Most bytes of a manifest: 1 MiB. */
    public static final int MAX_MANIFEST = 1 << 20;

    private static final int END = 0x06054b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int END_SIZE = 22;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL_SIZE = 30;
    /** Deflate level, data descriptor, names in UTF-8. */
    private static final int KNOWN_FLAGS = 0x080E;

    /** Extra fields Zip64, Unicode comment, Unicode path. */
    private static final Set<Integer> SECOND_MEANING = Set.of(0x0001, 0x6375, 0x7075);

    private final byte[] bytes;
    private final boolean nested;
    private final ByteBuffer zip;

    private ArchiveReader(byte[] bytes, boolean nested) {
        this.bytes = bytes;
        this.nested = nested;
        this.zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads a bundle's archive whole. */
    public static Archive read(byte[] bytes) throws ArchiveException {
        return read(bytes, false);
    }

    /** Reads an archive that lies in another one: the same, but it needs no manifest. */
    static Archive readNested(byte[] bytes) throws ArchiveException {
        return read(bytes, true);
    }

    private static Archive read(byte[] bytes, boolean nested) throws ArchiveException {
        if (bytes.length > MAX_SIZE) {
            throw ArchiveException.archive(
                    "it has [" + bytes.length + "] bytes; at most [" + MAX_SIZE + "] are allowed");
        }
        return new ArchiveReader(bytes, nested).read();
    }

    private Archive read() throws ArchiveException {
        int end = end();
        int count = u16(end + 10);
        long start = u32(end + 16);
        long size = u32(end + 12);
        if (u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != count || start + size != end) {
            throw ArchiveException.archive("its central directory is not where the end of the archive says it is");
        } else if (count > MAX_ENTRIES) {
            throw ArchiveException.archive("it has [" + count + "] entries; at most [" + MAX_ENTRIES + "] are allowed");
        }
        List<ZipEntryInfo> entries = central((int) start, end, count);
        EntryNames.checkTwins(entries);
        checkSizes(entries);
        Map<String, ZipEntryInfo> located = new LinkedHashMap<>();
        for (ZipEntryInfo entry : locate(entries, (int) start)) {
            Unpacker.verify(bytes, entry);
            located.put(entry.name(), entry);
        }
        ZipEntryInfo manifest = located.get(Archive.MANIFEST);
        if (manifest == null && nested) {
            return new Archive(bytes, located);
        } else if (manifest == null) {
            throw ArchiveException.archive("it has no [" + Archive.MANIFEST + "], so it is no bundle");
        } else if (manifest.size() > MAX_MANIFEST) {
            throw ArchiveException.archive(
                    "its manifest has [" + manifest.size() + "] bytes; at most [" + MAX_MANIFEST + "] are allowed");
        }
        return new Archive(bytes, located);
    }

    /** The end record: the last one, and the archive ends with its comment. */
    private int end() throws ArchiveException {
        for (int at = bytes.length - END_SIZE; at >= 0 && at >= bytes.length - END_SIZE - 0xFFFF; at--) {
            if (zip.getInt(at) == END) {
                if (at + END_SIZE + u16(at + 20) != bytes.length) {
                    throw ArchiveException.archive("it has bytes after its end");
                }
                return at;
            }
        }
        throw ArchiveException.archive("it is not a zip archive, or it is cut off: it has no central directory");
    }

    /**
     * Extra fields (APPNOTE 4.5): each as long as it says, and none that readers take another size or name from. Java's
     * stream reader, for one, believes the Zip64 sizes of a local header whatever the header itself says.
     */
    private void checkExtra(String name, int from, int length) throws ArchiveException {
        int at = from;
        int end = from + length;
        while (at < end) {
            int size = end - at < 4 ? -1 : u16(at + 2);
            if (size < 0 || size > end - at - 4) {
                throw ArchiveException.archive("the extra fields of its entry [" + name + "] are damaged");
            } else if (SECOND_MEANING.contains(u16(at))) {
                throw ArchiveException.archive("its entry [" + name + "] has an extra field [" + u16(at)
                        + "] that gives it a second name or size");
            }
            at += 4 + size;
        }
    }

    private List<ZipEntryInfo> central(int start, int end, int count) throws ArchiveException {
        List<ZipEntryInfo> entries = new ArrayList<>(count);
        int at = start;
        for (int i = 0; i < count; i++) {
            if (end - at < CENTRAL_SIZE || zip.getInt(at) != CENTRAL) {
                throw ArchiveException.archive("its central directory is damaged at entry [" + (i + 1) + "]");
            }
            int nameLength = u16(at + 28);
            int next = at + CENTRAL_SIZE + nameLength + u16(at + 30) + u16(at + 32);
            if (next > end) {
                throw ArchiveException.archive("its central directory is damaged at entry [" + (i + 1) + "]");
            }
            String name = name(at + CENTRAL_SIZE, nameLength);
            EntryNames.check(name);
            checkExtra(name, at + CENTRAL_SIZE + nameLength, u16(at + 30));
            int flags = u16(at + 8);
            int method = u16(at + 10);
            if ((flags & ~KNOWN_FLAGS) != 0 || method != 0 && method != 8 || u16(at + 34) != 0) {
                throw ArchiveException.archive(
                        "its entry [" + name + "] is encrypted or packed in a way that is not read here");
            }
            long header = u32(at + 42);
            if (header > start - LOCAL_SIZE) {
                throw ArchiveException.archive("its entry [" + name + "] lies outside of the archive");
            }
            entries.add(
                    new ZipEntryInfo(name, flags, method, u32(at + 16), u32(at + 20), u32(at + 24), (int) header, 0));
            at = next;
        }
        if (at != end) {
            throw ArchiveException.archive("its central directory has more bytes than entries");
        }
        return entries;
    }

    private String name(int at, int length) throws ArchiveException {
        if (length == 0 || length > MAX_NAME) {
            throw ArchiveException.archive(
                    "it has an entry whose name has [" + length + "] bytes; 1 to [" + MAX_NAME + "] are allowed");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ArchiveException.archive("it has an entry whose name is not UTF-8");
        }
    }

    private static void checkSizes(List<ZipEntryInfo> entries) throws ArchiveException {
        long unpacked = 0;
        for (ZipEntryInfo entry : entries) {
            unpacked += entry.size();
            if (entry.size() > 1 << 20 && entry.size() / MAX_RATIO > entry.packed()) {
                throw ArchiveException.archive("its entry [" + entry.name() + "] unpacks to more than [" + MAX_RATIO
                        + "] times its packed size");
            } else if (entry.method() == 0 && entry.hasDescriptor()) {
                throw ArchiveException.archive("its entry [" + entry.name()
                        + "] is stored and has a data descriptor, so its end cannot be told");
            } else if (entry.method() == 0 && entry.packed() != entry.size() || entry.isFolder() && entry.size() != 0) {
                throw ArchiveException.archive("its entry [" + entry.name() + "] has sizes that cannot be");
            }
        }
        if (unpacked > MAX_UNPACKED) {
            throw ArchiveException.archive(
                    "it unpacks to [" + unpacked + "] bytes; at most [" + MAX_UNPACKED + "] are allowed");
        }
    }

    /** Finds the contents; from the first byte to the central directory each byte has to belong to one entry. */
    private List<ZipEntryInfo> locate(List<ZipEntryInfo> entries, int directory) throws ArchiveException {
        List<ZipEntryInfo> byPlace = new ArrayList<>(entries);
        byPlace.sort(Comparator.comparingInt(ZipEntryInfo::header));
        List<ZipEntryInfo> located = new ArrayList<>(byPlace.size());
        long at = 0;
        for (ZipEntryInfo entry : byPlace) {
            if (entry.header() != at) {
                throw ArchiveException.archive(
                        "it has bytes before its entry [" + entry.name() + "] that belong to none");
            }
            int data = local(entry, directory);
            at = data + entry.packed();
            if (at > directory) {
                throw ArchiveException.archive("its entry [" + entry.name() + "] is cut off");
            }
            if (entry.hasDescriptor()) {
                at = descriptor(entry, (int) at, directory);
            }
            located.add(entry.at(data));
        }
        if (at != directory) {
            throw ArchiveException.archive("it has bytes before its central directory that belong to no entry");
        }
        return located;
    }

    private int local(ZipEntryInfo entry, int directory) throws ArchiveException {
        int at = entry.header();
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        boolean same = directory - at >= LOCAL_SIZE + name.length
                && zip.getInt(at) == LOCAL
                && u16(at + 6) == entry.flags()
                && u16(at + 8) == entry.method()
                && u16(at + 26) == name.length
                && java.util.Arrays.equals(bytes, at + LOCAL_SIZE, at + LOCAL_SIZE + name.length, name, 0, name.length);
        // With a descriptor the local header may leave these three open; what it does say must be so.
        same = same && says(at + 14, entry.crc(), entry) && says(at + 18, entry.packed(), entry);
        if (!same || !says(at + 22, entry.size(), entry)) {
            throw ArchiveException.archive(
                    "the local header of its entry [" + entry.name() + "] differs from the central directory");
        }
        int extra = u16(at + 28);
        int data = at + LOCAL_SIZE + name.length;
        if (extra > directory - data) {
            throw ArchiveException.archive("its entry [" + entry.name() + "] is cut off");
        }
        checkExtra(entry.name(), data, extra);
        return data + extra;
    }

    private boolean says(int at, long value, ZipEntryInfo entry) {
        return u32(at) == value || entry.hasDescriptor() && u32(at) == 0;
    }

    private int descriptor(ZipEntryInfo entry, int at, int directory) throws ArchiveException {
        int from = directory - at >= 16 && zip.getInt(at) == DESCRIPTOR ? at + 4 : at;
        if (directory - from < 12
                || u32(from) != entry.crc()
                || u32(from + 4) != entry.packed()
                || u32(from + 8) != entry.size()) {
            throw ArchiveException.archive(
                    "the data descriptor of its entry [" + entry.name() + "] differs from the central directory");
        }
        return from + 12;
    }

    private int u16(int at) {
        return zip.getShort(at) & 0xFFFF;
    }

    private long u32(int at) {
        return zip.getInt(at) & 0xFFFFFFFFL;
    }
}
