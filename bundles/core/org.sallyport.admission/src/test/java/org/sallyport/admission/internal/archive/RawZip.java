package org.sallyport.admission.internal.archive;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip archives byte by byte, so that each field can be wrong. */
public final class RawZip {
    static final String MANIFEST = "Manifest-Version: 1.0\n\n";

    private final List<Entry> entries = new ArrayList<>();
    private byte[] prefix = {};
    private byte[] gap = {};
    private byte[] comment = {};
    private byte[] suffix = {};
    private int count = -1;

    /** One entry; a field that stays null or negative is written as it should be. */
    static final class Entry {
        byte[] name;
        byte[] content;
        byte[] packed;
        int method = 8;
        int flags = 0x800;
        byte[] localName;
        int localFlags = -1;
        long localCrc = -1;
        long localPacked = -1;
        long localSize = -1;
        byte[] localExtra = {};
        byte[] centralExtra = {};
        long crc = -1;
        long centralPacked = -1;
        long size = -1;
        long header = -1;
        int disk;
        /** Data descriptor: 0 none, 12 without signature, 16 with one. */
        int descriptor;
        /** Says something else in the descriptor. */
        boolean wrongDescriptor;
    }

    /** An archive that has a manifest. */
    static RawZip withManifest() {
        return new RawZip().with(Archive.MANIFEST, MANIFEST);
    }

    RawZip with(String name, String content) {
        return with(name, content, entry -> {});
    }

    RawZip with(String name, String content, Consumer<Entry> change) {
        return with(name.getBytes(StandardCharsets.UTF_8), content.getBytes(StandardCharsets.UTF_8), change);
    }

    RawZip with(String name, byte[] content) {
        return with(name.getBytes(StandardCharsets.UTF_8), content, entry -> {});
    }

    RawZip with(byte[] name, byte[] content, Consumer<Entry> change) {
        Entry entry = new Entry();
        entry.name = name;
        entry.content = content;
        change.accept(entry);
        entries.add(entry);
        return this;
    }

    RawZip prefix(String text) {
        prefix = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    RawZip gap(String text) {
        gap = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    RawZip suffix(String text) {
        suffix = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    RawZip comment(byte[] bytes) {
        comment = bytes;
        return this;
    }

    RawZip count(int entriesSaid) {
        count = entriesSaid;
        return this;
    }

    byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(prefix);
        List<byte[]> central = new ArrayList<>();
        for (Entry entry : entries) {
            int header = out.size();
            byte[] packed = entry.packed != null ? entry.packed : pack(entry);
            CRC32 crc = new CRC32();
            crc.update(entry.content);
            long realCrc = entry.crc >= 0 ? entry.crc : crc.getValue();
            long realPacked = entry.centralPacked >= 0 ? entry.centralPacked : packed.length;
            long realSize = entry.size >= 0 ? entry.size : entry.content.length;
            int flags = entry.flags | (entry.descriptor > 0 ? 8 : 0);
            boolean open = entry.descriptor > 0;
            byte[] localName = entry.localName != null ? entry.localName : entry.name;
            out.writeBytes(le(30).putInt(0x04034b50)
                    .putShort((short) 20)
                    .putShort((short) (entry.localFlags >= 0 ? entry.localFlags : flags))
                    .putShort((short) entry.method)
                    .putInt(0x00210000)
                    .putInt((int) (entry.localCrc >= 0 ? entry.localCrc : open ? 0 : realCrc))
                    .putInt((int) (entry.localPacked >= 0 ? entry.localPacked : open ? 0 : realPacked))
                    .putInt((int) (entry.localSize >= 0 ? entry.localSize : open ? 0 : realSize))
                    .putShort((short) localName.length)
                    .putShort((short) entry.localExtra.length)
                    .array());
            out.writeBytes(localName);
            out.writeBytes(entry.localExtra);
            out.writeBytes(packed);
            if (open) {
                ByteBuffer descriptor = le(entry.descriptor);
                if (entry.descriptor == 16) {
                    descriptor.putInt(0x08074b50);
                }
                descriptor
                        .putInt((int) realCrc ^ (entry.wrongDescriptor ? 1 : 0))
                        .putInt((int) realPacked)
                        .putInt((int) realSize);
                out.writeBytes(descriptor.array());
            }
            central.add(le(46 + entry.name.length + entry.centralExtra.length)
                    .putInt(0x02014b50)
                    .putShort((short) 20)
                    .putShort((short) 20)
                    .putShort((short) flags)
                    .putShort((short) entry.method)
                    .putInt(0x00210000)
                    .putInt((int) realCrc)
                    .putInt((int) realPacked)
                    .putInt((int) realSize)
                    .putShort((short) entry.name.length)
                    .putShort((short) entry.centralExtra.length)
                    .putShort((short) 0)
                    .putShort((short) entry.disk)
                    .putShort((short) 0)
                    .putInt(0)
                    .putInt((int) (entry.header >= 0 ? entry.header : header))
                    .put(entry.name)
                    .put(entry.centralExtra)
                    .array());
        }
        out.writeBytes(gap);
        int start = out.size();
        central.forEach(out::writeBytes);
        int said = count >= 0 ? count : entries.size();
        out.writeBytes(le(22).putInt(0x06054b50)
                .putInt(0)
                .putShort((short) said)
                .putShort((short) said)
                .putInt(out.size() - start)
                .putInt(start)
                .putShort((short) comment.length)
                .array());
        out.writeBytes(comment);
        out.writeBytes(suffix);
        return out.toByteArray();
    }

    static ByteBuffer le(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] pack(Entry entry) {
        return entry.method == 8 ? deflate(entry.content) : entry.content;
    }

    static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] out = new byte[content.length + 64];
        int n = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, n);
    }
}
