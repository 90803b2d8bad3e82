package org.sallyport.gateway.internal.upstream;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The body of an answer, up to a bound. */
final class Body {
    private static final int TRUSTED = 1 << 20;
    private static final int FIRST = 4 * 1024;

    private final int most;
    private byte[] bytes;
    private int size;

    /**
     * @param length what the answer says of its length; -1 if it does not. Only believed up to 1 MiB
     * @param most longest body in bytes
     */
    Body(long length, int most) {
        this.most = most;
        bytes = new byte[(int) Math.min(most, length < 0 ? FIRST : Math.min(length, TRUSTED))];
    }

    /** Takes a part; {@code false} if the body is longer than the bound. */
    boolean append(ByteBuf part) {
        int more = part.readableBytes();
        if ((long) size + more > most) {
            return false;
        }
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(2L * bytes.length, (long) size + more)));
        }
        part.readBytes(bytes, size, more);
        size += more;
        return true;
    }

    byte[] bytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
