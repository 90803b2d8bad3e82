package org.sallyport.worker.internal.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;

/**
 * One connection between host and worker. One thread at a time uses it, and the two sides speak in turn: who sent a frame
 * waits for the next one, so more bytes than that one frame are a mistake of the other side.
 */
public final class Lane implements AutoCloseable {
    /** Most bytes of a frame: 16 MiB. */
    public static final int MAX_FRAME = 16 << 20;

    private static final int FIRST = 8192;
    private static final int KEPT = 64 << 10;

    private final ByteChannel channel;
    private final Out out = new Out();
    private byte[] received = new byte[FIRST];

    /** When the call that runs on it has to end, as {@link System#nanoTime()}; 0 for none. Read by whoever watches. */
    volatile long deadline;

    /** Calls within one another on this lane. */
    int depth;

    /** @param channel a blocking one */
    public Lane(ByteChannel channel) {
        this.channel = channel;
    }

    Out out() {
        return out.reset();
    }

    /** Whether the call that runs on it should have ended by now. */
    public boolean isOverdue(long now) {
        long due = deadline;
        return due != 0 && now - due > 0;
    }

    /** Sends what was written to {@link #out}. */
    void send() throws IOException {
        ByteBuffer frame = ByteBuffer.wrap(out.frame(), 0, out.size());
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    /**
     * Waits for the next frame.
     *
     * @throws EOFException if the other side is gone
     * @throws ProtocolException if its length is out of bounds, or more follows it
     */
    In receive() throws IOException {
        if (received.length > KEPT) {
            received = new byte[FIRST];
        }
        int size = fill(0, Out.HEADER);
        int length = (received[0] & 0xFF) << 24
                | (received[1] & 0xFF) << 16
                | (received[2] & 0xFF) << 8
                | received[3] & 0xFF;
        if (length < 1 || length > MAX_FRAME) {
            throw new ProtocolException("a frame of [" + length + "] bytes");
        }
        size = fill(size, Out.HEADER + length);
        if (size != Out.HEADER + length) {
            throw new ProtocolException("more than one frame at a time");
        }
        return new In(received, Out.HEADER, size);
    }

    /** Reads until so many bytes are there. The array grows with what came, not with what was announced. */
    private int fill(int from, int needed) throws IOException {
        int size = from;
        while (size < needed) {
            if (size == received.length) {
                received = Arrays.copyOf(received, (int) Math.min((long) needed, received.length * 2L));
            }
            int read = channel.read(ByteBuffer.wrap(received, size, received.length - size));
            if (read < 0) {
                throw new EOFException("the other side is gone");
            }
            size += read;
        }
        return size;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
