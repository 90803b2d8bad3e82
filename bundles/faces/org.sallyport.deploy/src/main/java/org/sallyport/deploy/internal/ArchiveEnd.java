package org.sallyport.deploy.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The record that ends a zip archive. It is written last, so a file that ends in it is no half copy.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE, 4.3.16</a>
 */
final class ArchiveEnd {
    private static final int SIGNATURE = 0x06054b50;

    /** Bytes of the record without its comment, whose length stands in the last two of them. */
    private static final int LENGTH = 22;

    /** Most bytes of the record with its comment. */
    static final int MAX_LENGTH = LENGTH + 0xFFFF;

    private ArchiveEnd() {}

    /** Whether the bytes end in a complete record. */
    static boolean isIn(ByteBuffer tail) {
        ByteBuffer bytes = tail.slice().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = bytes.limit() - LENGTH; at >= 0; at--) {
            if (bytes.getInt(at) == SIGNATURE
                    && at + LENGTH + Short.toUnsignedInt(bytes.getShort(at + LENGTH - 2)) == bytes.limit()) {
                return true;
            }
        }
        return false;
    }
}
