package org.sallyport.worker.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A lane")
class LaneTest {
    /** Gives what the other side would send, so many bytes at a time. */
    private static final class Sent implements ByteChannel {
        private final ByteArrayInputStream bytes;
        private final int step;
        private int asked;

        Sent(byte[] bytes, int step) {
            this.bytes = new ByteArrayInputStream(bytes);
            this.step = step;
        }

        @Override
        public int read(ByteBuffer into) {
            asked = Math.max(asked, into.remaining());
            byte[] some = new byte[Math.min(step, into.remaining())];
            int read = bytes.read(some, 0, some.length);
            if (read > 0) {
                into.put(some, 0, read);
            }
            return read;
        }

        @Override
        public int write(ByteBuffer from) {
            int size = from.remaining();
            from.position(from.limit());
            return size;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private static byte[] frame(int length, int content) {
        byte[] bytes = ByteBuffer.allocate(4 + content).putInt(length).array();
        Arrays.fill(bytes, 4, bytes.length, (byte) 1);
        return bytes;
    }

    @Test
    @DisplayName("gives a frame however it drips")
    void drip() throws IOException {
        for (int size : new int[] {1, 100, 8_188, 8_189, 100_000}) {
            In in = new Lane(new Sent(frame(size, size), size > 10_000 ? 4_000 : 1)).receive();
            assertThat(in.left()).isEqualTo(size);
        }
    }

    @Test
    @DisplayName("refuses a length below one or above its bound")
    void lengths() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, Lane.MAX_FRAME + 1}) {
            assertThatThrownBy(() -> new Lane(new Sent(frame(length, 100), 4)).receive())
                    .as("%s", length)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("[" + length + "]");
        }
    }

    @Test
    @DisplayName("takes no more memory than came, whatever was announced")
    void announced() {
        Sent sent = new Sent(frame(Lane.MAX_FRAME, 20_000), 20_000);
        assertThatThrownBy(() -> new Lane(sent).receive()).isInstanceOf(EOFException.class);
        assertThat(sent.asked).isLessThan(64 << 10);
    }

    @Test
    @DisplayName("refuses a second frame that nobody asked for, and a cut one")
    void tooMuch() {
        byte[] two = Arrays.copyOf(frame(10, 10), 28);
        assertThatThrownBy(() -> new Lane(new Sent(two, 28)).receive())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("more than one frame");
        assertThatThrownBy(() -> new Lane(new Sent(frame(10, 5), 100)).receive())
                .isInstanceOf(EOFException.class);
    }

    @Test
    @DisplayName("sends a frame up to its bound and not a byte more")
    void bound() throws IOException {
        Lane lane = new Lane(new Sent(new byte[0], 1));
        Out out = lane.out();
        out.bytes(new byte[Lane.MAX_FRAME - Out.HEADER - 10]);
        lane.send();
        assertThatThrownBy(() -> lane.out().bytes(new byte[Lane.MAX_FRAME]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("larger than [" + Lane.MAX_FRAME + "]");
    }
}
