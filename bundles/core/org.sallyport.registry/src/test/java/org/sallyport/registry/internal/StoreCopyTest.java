package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.spi.registry.RegistryStore;

@DisplayName("A copy from store to store")
class StoreCopyTest {
    @TempDir
    Path folder;

    private final Map<String, Document> wanted = new TreeMap<>();

    @BeforeEach
    void fill() throws IOException {
        try (RegistryStore from = source()) {
            for (int n = 0; n < 10; n++) {
                Document value = Document.object("n", Document.of(n));
                from.compareAndSet("p" + n, 0, value).orElseThrow();
                wanted.put("p" + n, value);
            }
        }
    }

    private RegistryStore source() throws IOException {
        return new FileRegistryStore(folder.resolve("from"));
    }

    private RegistryStore target() throws IOException {
        return new FileRegistryStore(folder.resolve("into"));
    }

    private static Map<String, Document> values(RegistryStore store) throws IOException {
        Map<String, Document> values = new TreeMap<>();
        store.all().forEach((key, entry) -> values.put(key, entry.value()));
        values.remove(StoreCopy.KEY);
        return values;
    }

    @Test
    @DisplayName("has all entries, leaves the other store as it was, and is done once")
    void all() throws IOException {
        try (RegistryStore into = target()) {
            assertThat(StoreCopy.isSettled(into)).isFalse();
            StoreCopy.run(into, "file", this::source);
            assertThat(values(into)).isEqualTo(wanted);
            assertThat(StoreCopy.isSettled(into)).isTrue();
        }
        try (RegistryStore from = source()) {
            assertThat(values(from)).isEqualTo(wanted);
            from.compareAndSet("later", 0, Document.TRUE).orElseThrow();
        }
        try (RegistryStore into = target()) {
            StoreCopy.run(into, "file", this::source);
            assertThat(values(into)).isEqualTo(wanted);
        }
    }

    @Test
    @DisplayName("goes on where it was interrupted, after whatever write, and undoes nothing that was changed since")
    void interrupted() throws IOException {
        for (int writes = 0; writes <= wanted.size() + 1; writes++) {
            int most = writes;
            try (RegistryStore into = new MemoryRegistryStore()) {
                assertThatThrownBy(() -> StoreCopy.run(new Failing(into, most), "file", this::source))
                        .as("after %d writes", writes)
                        .isInstanceOf(IOException.class);
                assertThat(StoreCopy.isSettled(into)).isFalse();

                StoreCopy.run(into, "file", this::source);

                assertThat(values(into)).as("after %d writes", writes).isEqualTo(wanted);
                assertThat(StoreCopy.isSettled(into)).isTrue();
            }
        }
    }

    @Test
    @DisplayName("goes into no store that holds something already")
    void notEmpty() throws IOException {
        try (RegistryStore into = target()) {
            into.compareAndSet("mine", 0, Document.TRUE).orElseThrow();
            StoreCopy.run(into, "file", this::source);

            assertThat(values(into)).isEqualTo(Map.of("mine", Document.TRUE));
        }
    }

    @Test
    @DisplayName("is not done while the other store cannot be read")
    void noSource() throws IOException {
        try (RegistryStore into = target()) {
            assertThatThrownBy(() -> StoreCopy.run(into, "file", () -> {
                        throw new IOException("away");
                    }))
                    .hasMessage("away");
            assertThat(StoreCopy.isSettled(into)).isFalse();
            StoreCopy.run(into, "file", this::source);
            assertThat(values(into)).isEqualTo(wanted);
        }
    }

    /** Takes so many writes and no more. */
    private static final class Failing implements RegistryStore {
        private final RegistryStore store;
        private int left;

        Failing(RegistryStore store, int writes) {
            this.store = store;
            this.left = writes;
        }

        @Override
        public Map<String, Entry> all() throws IOException {
            return store.all();
        }

        @Override
        public Optional<Entry> get(String key) throws IOException {
            return store.get(key);
        }

        @Override
        public Optional<Long> compareAndSet(String key, long expected, Document value) throws IOException {
            if (left-- == 0) {
                throw new IOException("the disk is full");
            }
            return store.compareAndSet(key, expected, value);
        }

        @Override
        public Watch watch(Watcher watcher) {
            return store.watch(watcher);
        }

        @Override
        public void close() throws IOException {
            store.close();
        }
    }
}
