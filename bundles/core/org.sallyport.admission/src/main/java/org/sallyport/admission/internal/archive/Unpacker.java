package org.sallyport.admission.internal.archive;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks one entry and holds it to the size and checksum it declared. */
final class Unpacker {
    private Unpacker() {}

    /** Unpacks without keeping anything: only to see that it is what it says. */
    static void verify(byte[] archive, ZipEntryInfo entry) throws ArchiveException {
        run(archive, entry, new byte[(int) Math.min(64 << 10, Math.max(1, entry.size()))], false);
    }

    /** The content; its size was checked against a limit before. */
    static byte[] unpack(byte[] archive, ZipEntryInfo entry) throws ArchiveException {
        byte[] content = new byte[(int) entry.size()];
        run(archive, entry, content, true);
        return content;
    }

    private static void run(byte[] archive, ZipEntryInfo entry, byte[] out, boolean keep) throws ArchiveException {
        CRC32 crc = new CRC32();
        long size;
        if (entry.method() == 0) {
            size = entry.packed();
            crc.update(archive, entry.data(), (int) size);
            if (keep) {
                System.arraycopy(archive, entry.data(), out, 0, (int) size);
            }
        } else {
            size = inflate(archive, entry, out, keep, crc);
        }
        if (size != entry.size() || crc.getValue() != entry.crc()) {
            throw ArchiveException.archive("the content of its entry [" + entry.name()
                    + "] does not have the size or checksum that the entry declares");
        }
    }

    private static long inflate(byte[] archive, ZipEntryInfo entry, byte[] out, boolean keep, CRC32 crc)
            throws ArchiveException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(archive, entry.data(), (int) entry.packed());
            byte[] scrap = out.length == 0 ? new byte[1] : out;
            long size = 0;
            while (!inflater.finished()) {
                // One byte of room beyond the declared size is enough to notice that there is more.
                boolean full = keep && size >= out.length;
                byte[] into = full ? new byte[1] : scrap;
                int from = keep && !full ? (int) size : 0;
                int n = inflater.inflate(into, from, into.length - from);
                // At the end of the stream an inflater needs input, too: for an empty content with its first answer.
                if (n == 0 && !inflater.finished() && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw ArchiveException.archive("its entry [" + entry.name() + "] is cut off");
                }
                crc.update(into, from, n);
                size += n;
                if (size > entry.size()) {
                    throw ArchiveException.archive("its entry [" + entry.name() + "] is larger than the ["
                            + entry.size() + "] bytes it declares");
                }
            }
            if (inflater.getRemaining() != 0) {
                throw ArchiveException.archive("its entry [" + entry.name() + "] has bytes after its content");
            }
            return size;
        } catch (DataFormatException e) {
            throw ArchiveException.archive("its entry [" + entry.name() + "] cannot be unpacked: "
                    + Arrays.asList(String.valueOf(e.getMessage()).split("\\R", 2))
                            .get(0));
        } finally {
            inflater.end();
        }
    }
}
