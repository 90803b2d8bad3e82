package org.sallyport.signing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.spi.trust.Evidence;

@DisplayName("The store of signatures")
class EvidenceStoreTest {
    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong();

    private static String sha(int number) {
        return HexFormat.of().toHexDigits(number) + "0".repeat(56);
    }

    @Test
    @DisplayName("remembers the last four of an archive, and of a thousand archives")
    void bounds() throws Exception {
        EvidenceStore store = new EvidenceStore(folder, now::get);
        for (byte i = 0; i < 6; i++) {
            store.offer(sha(0), new byte[] {i});
            store.offer(sha(0), new byte[] {i});
        }
        assertThat(store.of(sha(0))).extracting(one -> one[0]).containsExactly((byte) 5, (byte) 4, (byte) 3, (byte) 2);

        for (int i = 1; i < EvidenceStore.MAX_OFFERED; i++) {
            store.offer(sha(i), new byte[1]);
        }
        assertThat(store.of(sha(0))).hasSize(4);
        store.offer(sha(-1), new byte[1]);
        store.offer(sha(-2), new byte[1]);
        assertThat(store.of(sha(1))).isEmpty();
    }

    @Test
    @DisplayName("keeps what was accepted beyond its end, and cuts what is too large so that it is seen to be")
    void kept() throws Exception {
        EvidenceStore store = new EvidenceStore(folder, now::get);
        byte[] edge = new byte[Evidence.MAX_SIZE];
        store.accept(sha(1), edge);
        store.accept(sha(1), new byte[] {7});

        assertThat(new EvidenceStore(folder, now::get).of(sha(1))).containsExactly(new byte[] {7}, edge);
        store.offer(sha(2), new byte[Evidence.MAX_SIZE + 100]);
        assertThat(store.of(sha(2)).get(0)).hasSize(Evidence.MAX_SIZE + 1);
        assertThatThrownBy(() -> store.offer("../x", edge)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("forgets what was accepted for archives that are gone, an hour later, and at once after another start")
    void retain() throws Exception {
        EvidenceStore store = new EvidenceStore(folder, now::get);
        for (int i = 1; i <= 3; i++) {
            store.accept(sha(i), new byte[] {(byte) i});
        }
        Path other = Files.writeString(folder.resolve("notes.json"), "of somebody else");

        now.addAndGet(TimeUnit.HOURS.toNanos(1) - 1);
        store.retain(Set.of(sha(1)));
        assertThat(store.of(sha(2))).as("its archive may still be on its way").hasSize(1);
        store.accept(sha(3), new byte[] {3});
        now.addAndGet(1);
        store.retain(Set.of(sha(1)));

        assertThat(store.of(sha(1))).hasSize(1);
        assertThat(store.of(sha(2))).isEmpty();
        assertThat(store.of(sha(3))).as("it was accepted again").hasSize(1);
        new EvidenceStore(folder, now::get).retain(Set.of(sha(1)));
        assertThat(store.of(sha(1))).hasSize(1);
        assertThat(store.of(sha(3))).isEmpty();
        assertThat(other).exists();
    }

    @Test
    @DisplayName("has nothing to forget before it kept something")
    void retainNothing() throws Exception {
        new EvidenceStore(folder.resolve("none"), now::get).retain(Set.of());
        new EvidenceStore(null, now::get).retain(Set.of());

        assertThat(folder).isEmptyDirectory();
    }
}
