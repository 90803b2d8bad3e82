package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.spi.registry.RegistryStore;

@DisplayName("Opening the store")
class StoreOpeningTest {
    private static final Duration SOON = Duration.ofMillis(5);

    @Test
    @DisplayName("offers it at once, takes it back before it closes it, and only then")
    void atOnce() throws IOException {
        RegistryStore store = new MemoryRegistryStore();
        List<String> happened = new ArrayList<>();
        StoreOpening opening = new StoreOpening(
                () -> store,
                offered -> {
                    happened.add("offered");
                    return () -> happened.add("taken back " + isOpen(store));
                },
                SOON);
        opening.begin();
        assertThat(happened).containsExactly("offered");
        assertThat(opening.problem()).isEmpty();

        opening.close();
        opening.close();

        assertThat(happened).containsExactly("offered", "taken back true");
        assertThatThrownBy(store::all).isInstanceOf(IOException.class);
    }

    private static boolean isOpen(RegistryStore store) {
        try {
            return store.all().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("tries again until it can be opened, and says why it is not until then")
    void again() throws Exception {
        BlockingQueue<RegistryStore> offered = new LinkedBlockingQueue<>();
        AtomicInteger tries = new AtomicInteger();
        List<String> problems = new CopyOnWriteArrayList<>();
        StoreOpening[] self = new StoreOpening[1];
        StoreOpening opening = new StoreOpening(
                () -> {
                    self[0].problem().ifPresent(problems::add);
                    return switch (tries.incrementAndGet()) {
                        case 1 -> throw new IOException("the database is away");
                        case 2 -> throw new IllegalStateException("a driver's fault");
                        case 3 -> throw new NoClassDefFoundError("half a driver");
                        default -> new MemoryRegistryStore();
                    };
                },
                store -> {
                    offered.add(store);
                    return () -> {};
                },
                SOON);
        self[0] = opening;
        opening.begin();

        RegistryStore store = offered.poll(30, TimeUnit.SECONDS);

        assertThat(store).isNotNull();
        assertThat(tries).hasValue(4);
        assertThat(problems).hasSize(3);
        assertThat(problems.get(0)).contains("the database is away").contains("none is lost");
        assertThat(problems.get(1)).contains("a driver's fault");
        assertThat(problems.get(2)).contains("half a driver");
        assertThat(opening.problem()).isEmpty();
        opening.close();
    }

    @Test
    @DisplayName("ends when it is closed, also while it tries: what it opens then is closed")
    void closedMeanwhile() throws Exception {
        RegistryStore late = new MemoryRegistryStore();
        BlockingQueue<String> happened = new LinkedBlockingQueue<>();
        AtomicInteger tries = new AtomicInteger();
        StoreOpening[] self = new StoreOpening[1];
        self[0] = new StoreOpening(
                () -> {
                    if (tries.incrementAndGet() == 1) {
                        throw new IOException("not yet");
                    }
                    self[0].close();
                    return late;
                },
                store -> () -> happened.add("taken back " + isOpen(late)),
                SOON);
        self[0].begin();

        assertThat(happened.poll(30, TimeUnit.SECONDS)).isEqualTo("taken back true");
        while (isOpen(late)) {
            Thread.onSpinWait();
        }
    }
}
