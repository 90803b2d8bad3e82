package org.sallyport.gateway.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.gateway.internal.rpc.Intake.Added;

@DisplayName("What a message is collected in")
class IntakeTest {
    private final Room room = new Room(1_000);

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    @DisplayName("gives back what came, wherever it was cut and whatever was said of its length")
    void pieces() {
        Random random = new Random(7);
        room.most(Long.MAX_VALUE);
        for (int expected : new int[] {-1, 0, 50_000, 100_000, 1 << 30}) {
            Intake intake = new Intake(room, 200_000, expected);
            for (int length : new int[] {0, 1, 255, 70_000, 100_000, 200_000}) {
                byte[] message = bytes(length);
                for (int from = 0; from < length; ) {
                    int piece = Math.min(length - from, 1 + random.nextInt(9_000));
                    assertThat(intake.add(message, from, piece)).isEqualTo(Added.YES);
                    from += piece;
                }
                assertThat(intake.size()).isEqualTo(length);
                assertThat(Arrays.equals(intake.take(), message)).isTrue();
            }
        }
    }

    @Test
    @DisplayName("takes a message of just the bound, and nothing of what goes beyond")
    void bound() {
        Intake intake = new Intake(room, 10);

        assertThat(intake.add(bytes(10), 0, 10)).isEqualTo(Added.YES);
        assertThat(intake.add(bytes(1), 0, 1)).isEqualTo(Added.TOO_LONG);
        assertThat(intake.take()).isEqualTo(bytes(10));
    }

    @Test
    @DisplayName("takes what there is room for, all messages together, and gives the place back")
    void room() {
        Intake one = new Intake(room, 5_000);
        Intake other = new Intake(room, 5_000);

        assertThat(one.add(bytes(600), 0, 600)).isEqualTo(Added.YES);
        assertThat(other.add(bytes(401), 0, 401)).isEqualTo(Added.NO_ROOM);
        assertThat(other.add(bytes(400), 0, 400)).isEqualTo(Added.YES);
        assertThat(room.taken()).isEqualTo(1_000);
        assertThat(room.full()).contains("[1000] bytes together", "[1000] are taken", "max.bodies.bytes");
        assertThat(one.take()).hasSize(600);
        assertThat(other.add(bytes(1), 0, 1))
                .as("what was taken keeps its place")
                .isEqualTo(Added.NO_ROOM);
        one.release();
        one.release();
        assertThat(room.taken()).isEqualTo(400);
        other.clear();
        assertThat(room.taken()).isZero();
    }

    @Test
    @DisplayName("takes a small message out of what is kept for those when all else is taken, and gives that back too")
    void small() {
        int small = Room.SMALL;
        room.most(1_000, small + 10L);
        try (Room.Hold large = room.hold(1_000)) {
            Intake one = new Intake(room, 1 << 20);
            Intake other = new Intake(room, 1 << 20);

            assertThat(one.add(bytes(small - 1), 0, small - 1)).isEqualTo(Added.YES);
            assertThat(one.add(bytes(1), 0, 1)).isEqualTo(Added.YES);
            assertThat(one.add(bytes(1), 0, 1)).as("it is small no more").isEqualTo(Added.NO_ROOM);
            assertThat(other.add(bytes(10), 0, 10)).isEqualTo(Added.YES);
            assertThat(other.add(bytes(1), 0, 1)).as("no more is kept").isEqualTo(Added.NO_ROOM);
            assertThat(room.taken()).isEqualTo(1_010 + small);

            one.clear();
            one.release();
            assertThat(other.add(bytes(small - 10), 0, small - 10)).isEqualTo(Added.YES);
            other.release();
            assertThat(room.taken()).isEqualTo(1_000);
        }
        assertThat(room.taken()).isZero();
        Intake late = new Intake(room, 1 << 20);
        assertThat(late.add(bytes(1_000), 0, 1_000)).isEqualTo(Added.YES);
        assertThat(late.add(bytes(small), 0, small)).isEqualTo(Added.NO_ROOM);
        late.release();
        assertThat(room.taken()).isZero();
    }

    @Test
    @DisplayName("is let in by its place alone: what is in is never refused, and makes others wait")
    void held() {
        try (Room.Hold hold = room.hold(5_000)) {
            assertThat(room.taken()).isEqualTo(5_000);
            assertThat(new Intake(room, 10).add(bytes(1), 0, 1)).isEqualTo(Added.NO_ROOM);
            hold.close();
            assertThat(new Intake(room, 10).add(bytes(1), 0, 1)).isEqualTo(Added.YES);
        }
        assertThat(room.taken()).isEqualTo(1);
    }
}
