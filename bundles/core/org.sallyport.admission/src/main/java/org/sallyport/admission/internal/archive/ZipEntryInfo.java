package org.sallyport.admission.internal.archive;

/**
 * What the central directory says of an entry.
 *
 * @param name decoded, checked
 * @param flags general purpose bits
 * @param method 0 stored, 8 deflated
 * @param crc CRC-32 of the content
 * @param packed bytes in the archive
 * @param size bytes of the content
 * @param header offset of the local header
 * @param data offset of the packed content
 */
record ZipEntryInfo(String name, int flags, int method, long crc, long packed, long size, int header, int data) {
    ZipEntryInfo at(int dataOffset) {
        return new ZipEntryInfo(name, flags, method, crc, packed, size, header, dataOffset);
    }

    boolean hasDescriptor() {
        return (flags & 0x08) != 0;
    }

    boolean isFolder() {
        return name.endsWith("/");
    }
}
