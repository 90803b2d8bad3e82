package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

/** What every store does; each store has a class that inherits these tests. */
abstract class RegistryStoreContract {
    RegistryStore store;

    /** A store with nothing in it. */
    abstract RegistryStore create() throws IOException;

    /** The same store as somebody sees it who comes later. */
    abstract RegistryStore reopened() throws IOException;

    @BeforeEach
    void open() throws IOException {
        store = create();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    @DisplayName("begins empty")
    void beginsEmpty() throws IOException {
        assertThat(store.all()).isEmpty();
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    @DisplayName("keeps a value under its key, with a revision that counts up")
    void keeps() throws IOException {
        long first =
                store.compareAndSet("a", RegistryStore.ABSENT, Document.of("1")).orElseThrow();
        long second = store.compareAndSet("a", first, Document.object("x", Document.of(2)))
                .orElseThrow();

        assertThat(first).isPositive();
        assertThat(second).isGreaterThan(first);
        assertThat(reopened().get("a")).contains(new RegistryStore.Entry(second, Document.object("x", Document.of(2))));
    }

    @Test
    @DisplayName("refuses a write that expects another revision, and changes nothing")
    void refusesStale() throws IOException {
        long first = store.compareAndSet("a", 0, Document.of("1")).orElseThrow();

        assertThat(store.compareAndSet("a", 0, Document.of("2"))).isEmpty();
        assertThat(store.compareAndSet("a", first + 1, Document.of("2"))).isEmpty();
        assertThat(store.compareAndSet("b", first, Document.of("2"))).isEmpty();
        assertThat(store.all()).isEqualTo(Map.of("a", new RegistryStore.Entry(first, Document.of("1"))));
    }

    @Test
    @DisplayName("removes an entry, and never gives a revision again that somebody may remember")
    void removes() throws IOException {
        long first = store.compareAndSet("a", 0, Document.of("1")).orElseThrow();
        assertThat(store.compareAndSet("a", first, Document.NULL)).isPresent();
        assertThat(reopened().all()).isEmpty();

        long again = store.compareAndSet("a", 0, Document.of("1")).orElseThrow();

        assertThat(again).isGreaterThan(first);
        assertThat(store.compareAndSet("a", first, Document.of("stale"))).isEmpty();
    }

    @Test
    @DisplayName("keeps keys and values of any text")
    void anyText() throws IOException {
        String strange = "deploy/ä \"x\"\n\u2028\uD83D\uDE00.jar";
        store.compareAndSet(strange, 0, Document.of("\u0000\uFFFF")).orElseThrow();

        assertThat(reopened().get(strange).orElseThrow().value()).isEqualTo(Document.of("\u0000\uFFFF"));
    }

    @Test
    @DisplayName("takes keys of 1 to 512 characters and no others")
    void keyLength() throws IOException {
        assertThat(store.compareAndSet("k".repeat(Snapshot.MAX_KEY), 0, Document.TRUE))
                .isPresent();
        assertThatThrownBy(() -> store.compareAndSet("k".repeat(Snapshot.MAX_KEY + 1), 0, Document.TRUE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.compareAndSet("", 0, Document.TRUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("gives snapshots that later writes do not change")
    void snapshots() throws IOException {
        Map<String, RegistryStore.Entry> before = store.all();
        store.compareAndSet("a", 0, Document.TRUE).orElseThrow();

        assertThat(before).isEmpty();
        assertThatThrownBy(() -> store.all().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @DisplayName("lets one writer win: counters raised by 4 threads lose nothing")
    void concurrent() throws Exception {
        int threads = 4;
        int each = 50;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Callable<Void> raise = () -> {
                    for (int n = 0; n < each; n++) {
                        raise("counter");
                    }
                    return null;
                };
                done.add(pool.submit(raise));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(reopened().get("counter").orElseThrow().value()).isEqualTo(Document.of(threads * each));
    }

    private void raise(String key) throws IOException {
        Optional<Long> written;
        do {
            Optional<RegistryStore.Entry> now = store.get(key);
            long value = now.map(entry -> entry.value().asLong(0)).orElse(0L);
            written = store.compareAndSet(
                    key, now.map(RegistryStore.Entry::revision).orElse(0L), Document.of(value + 1));
        } while (written.isEmpty());
    }

    @Test
    @DisplayName("agrees with a map after a thousand random changes")
    void randomChanges() throws IOException {
        Random random = new Random(42);
        Map<String, Document> model = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            String key = "k" + random.nextInt(20);
            Document value = random.nextInt(4) == 0 ? Document.NULL : Document.of(i);
            long revision = store.get(key).map(RegistryStore.Entry::revision).orElse(0L);
            assertThat(store.compareAndSet(key, revision, value)).isPresent();
            if (value.isNull()) {
                model.remove(key);
            } else {
                model.put(key, value);
            }
        }

        Map<String, Document> kept = new TreeMap<>();
        reopened().all().forEach((key, entry) -> kept.put(key, entry.value()));
        assertThat(kept).isEqualTo(model);
    }

    @Test
    @DisplayName("refuses writes after it was closed")
    void closed() throws IOException {
        store.close();

        assertThatThrownBy(() -> store.compareAndSet("a", 0, Document.TRUE)).isInstanceOf(IOException.class);
    }
}
