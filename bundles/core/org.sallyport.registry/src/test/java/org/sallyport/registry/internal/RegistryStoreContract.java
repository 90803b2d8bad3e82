package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

/** What every store does; each store has a class that inherits these tests. */
public abstract class RegistryStoreContract {
    protected RegistryStore store;

    /** A store with nothing in it. */
    protected abstract RegistryStore create() throws Exception;

    /** The same store as somebody sees it who comes later. */
    protected abstract RegistryStore reopened() throws IOException;

    @BeforeEach
    void open() throws Exception {
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
        List<String> longest = List.of(
                "k".repeat(RegistryStore.MAX_KEY),
                "\uFFFD".repeat(RegistryStore.MAX_KEY),
                "\uD83D\uDE00".repeat(RegistryStore.MAX_KEY / 2));
        for (String key : longest) {
            assertThat(store.compareAndSet(key, 0, Document.TRUE)).isPresent();
        }
        assertThat(reopened().all().keySet()).containsExactlyInAnyOrderElementsOf(longest);
        for (String key : List.of(
                "",
                "k".repeat(RegistryStore.MAX_KEY + 1),
                "a\u0000b",
                "\uD83D",
                "\uDE00",
                "\uDE00\uD83D",
                "a\uD83Db")) {
            assertThatThrownBy(() -> store.compareAndSet(key, 0, Document.TRUE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("512");
        }
    }

    @Test
    @DisplayName("tells keys apart that look alike, and keeps blanks")
    void alike() throws IOException {
        List<String> keys = List.of("a", "A", "a ", " a", "\u00E4", "a\u0308", "a\t", "a%", "a_", "a'b\"c\\");
        for (String key : keys) {
            assertThat(store.compareAndSet(key, 0, Document.of(key)))
                    .as("[%s]", key)
                    .isPresent();
        }

        Map<String, RegistryStore.Entry> all = reopened().all();
        assertThat(all.keySet()).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(keys).allMatch(key -> all.get(key).value().equals(Document.of(key)));
    }

    @Test
    @DisplayName("keeps a value of 8 Mi characters of JSON, and refuses one more")
    void valueSize() throws IOException {
        // Not all the same, and two bytes each, so nothing is won by packing or counted in bytes.
        StringBuilder text = new StringBuilder();
        Random random = new Random(7);
        while (text.length() < RegistryStore.MAX_VALUE - 2) {
            text.append((char) ('\u0400' + random.nextInt(200)));
        }
        Document most = Document.of(text.toString());
        assertThat(most.toJson()).hasSize(RegistryStore.MAX_VALUE);

        long revision = store.compareAndSet("large", 0, most).orElseThrow();

        assertThatThrownBy(() -> store.compareAndSet("large", revision, Document.of(text + "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8388608");
        assertThat(reopened().get("large").orElseThrow().value().equals(most)).isTrue();
    }

    @Test
    @DisplayName("keeps a value as it is: order, nesting, numbers as they were written, half a surrogate pair")
    void values() throws Exception {
        Document value = org.sallyport.spi.json.Json.read(
                "{\"z\":1.10,\"a\":[null,true,1e400,-0,123456789012345678901234567890],\"\":{\"x\":\"\\ud83d\"},\"'\":\"\\\\\"}");
        store.compareAndSet("v", 0, value).orElseThrow();

        assertThat(reopened().get("v").orElseThrow().value().toJson()).isEqualTo(value.toJson());
    }

    @Test
    @DisplayName("removes what is not there as it sets what is: the revision expected is that of nothing")
    void removeNothing() throws IOException {
        assertThat(store.compareAndSet("a", 1, Document.NULL)).isEmpty();
        assertThat(store.compareAndSet("a", 0, Document.NULL)).isPresent();
        assertThat(store.all()).isEmpty();
    }

    @Test
    @DisplayName("tells who watches of each change, on another thread, when it can be read")
    void watches() throws Exception {
        long before = store.compareAndSet("before", 0, Document.TRUE).orElseThrow();
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        RegistryStore.Watch watch = store.watch(keys -> keys.forEach(key -> told.add(key + " " + seen(key) + " "
                + (Thread.currentThread().getName().startsWith("sallyport-registry") ? "" : "on a caller's thread"))));

        store.compareAndSet("a", 0, Document.of(1)).orElseThrow();
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("a 1 ");
        store.compareAndSet("before", before, Document.NULL).orElseThrow();
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("before null ");
        assertThat(store.compareAndSet("a", 0, Document.of(2))).isEmpty();
        watch.close();
        store.compareAndSet("b", 0, Document.of(3)).orElseThrow();
        // Another one that is told after the first would have been.
        RegistryStore.Watch other = store.watch(keys -> keys.forEach(key -> told.add("other " + key)));
        store.compareAndSet("c", 0, Document.of(3)).orElseThrow();
        assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("other c");
        other.close();
    }

    private String seen(String key) {
        try {
            return store.get(key).map(entry -> entry.value().toJson()).orElse("null");
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    @DisplayName("tells a slow watcher of all changes that came meanwhile, and goes on when one throws")
    void slowWatcher() throws Exception {
        Set<String> told = ConcurrentHashMap.newKeySet();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(1);
        store.watch(keys -> {
            throw new IllegalStateException("a watcher's fault");
        });
        store.watch(keys -> {
            first.countDown();
            await(goOn);
            told.addAll(keys);
            if (told.size() == 21) {
                all.countDown();
            }
        });

        store.compareAndSet("first", 0, Document.TRUE).orElseThrow();
        await(first);
        for (int i = 0; i < 20; i++) {
            store.compareAndSet("k" + i, 0, Document.TRUE).orElseThrow();
        }
        goOn.countDown();

        assertThat(all.await(30, TimeUnit.SECONDS)).as("told of %s", told).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
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
    @DisplayName("lets one writer win: counters raised by 8 threads lose nothing")
    void concurrent() throws Exception {
        int threads = 8;
        int each = 25;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Callable<Void> raise = () -> {
                    for (int n = 0; n < each; n++) {
                        raise(store, "counter");
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

    protected static void raise(RegistryStore store, String key) throws IOException {
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
    @DisplayName("refuses everything after it was closed, and can be closed again")
    void closed() throws IOException {
        store.compareAndSet("a", 0, Document.TRUE).orElseThrow();
        store.close();
        store.close();

        assertThatThrownBy(() -> store.all()).isInstanceOf(IOException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> store.get("a")).isInstanceOf(IOException.class).hasMessageContaining("closed");

        assertThatThrownBy(() -> store.compareAndSet("a", 0, Document.TRUE)).isInstanceOf(IOException.class);
    }
}
