package org.sallyport.spi.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The UTF-8 check")
class Utf8Test {
    @Test
    @DisplayName("agrees with the JDK's decoder on all sequences of two bytes and on many of four")
    void agrees() {
        for (int pair = 0; pair < 0x10000; pair++) {
            assertAgrees(new byte[] {(byte) (pair >> 8), (byte) pair});
        }
        Random random = new Random(5);
        int[] interesting = {
            0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff
        };
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[4 + random.nextInt(3)];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) interesting[random.nextInt(interesting.length)];
            }
            assertAgrees(bytes);
        }
    }

    private static void assertAgrees(byte[] bytes) {
        boolean valid;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            valid = true;
        } catch (CharacterCodingException e) {
            valid = false;
        }
        assertThat(Utf8.firstInvalid(bytes, 0, bytes.length) < 0)
                .as("%s", java.util.HexFormat.of().formatHex(bytes))
                .isEqualTo(valid);
    }
}
