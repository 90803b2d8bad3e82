package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.spi.plugin.PluginConsumer;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginRevision;
import org.sallyport.spi.plugin.PluginSet;

@DisplayName("The publisher")
class PublisherTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Publisher publisher = new Publisher();

    @AfterEach
    void close() {
        publisher.close();
    }

    /** Remembers what it was given; lets go when told. */
    private static final class Recorder implements PluginConsumer {
        final List<PluginSet> sets = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> drained = new CompletableFuture<>();

        @Override
        public CompletionStage<Void> switchTo(PluginSet next) {
            sets.add(next);
            return drained;
        }

        List<Long> generations() {
            return sets.stream().map(PluginSet::generation).toList();
        }
    }

    @Test
    @DisplayName("gives each consumer one set after the other, and the set in use to one that comes late")
    void inOrder() throws Exception {
        Recorder early = new Recorder();
        Recorder late = new Recorder();
        publisher.add(early);
        put("b");
        publisher.add(late);
        put("a");
        publisher.publish("b", null).get(30, TimeUnit.SECONDS);

        assertThat(early.generations()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(late.generations()).containsExactly(1L, 2L, 3L);
        assertThat(ids(early.sets.get(2))).containsExactly("a", "b");
        assertThat(ids(publisher.current())).containsExactly("a");
        assertThat(publisher.current().find("a")).isPresent();
        assertThat(publisher.current().find("b")).isEmpty();
    }

    @Test
    @DisplayName("puts changes that come while a set is given out into the next one together")
    void together() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Recorder recorder = new Recorder();
        publisher.add(next -> {
            if (next.generation() == 1) {
                inside.countDown();
                awaitQuietly(release);
            }
            return CompletableFuture.completedFuture(null);
        });
        publisher.add(recorder);
        var first = publisher.publish("a", part("a"));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        var second = publisher.publish("b", part("b"));
        var third = publisher.publish("c", part("c"));
        release.countDown();
        CompletableFuture.allOf(first, second, third).get(30, TimeUnit.SECONDS);

        assertThat(recorder.generations()).containsExactly(0L, 1L, 2L);
        assertThat(ids(recorder.sets.get(2))).containsExactly("a", "b", "c");
    }

    @Test
    @DisplayName("tells when all consumers have let go of earlier sets")
    void drained() throws Exception {
        Recorder one = new Recorder();
        Recorder two = new Recorder();
        publisher.add(one);
        publisher.add(two);
        CompletableFuture<Void> drained =
                publisher.publish("a", part("a")).get(30, TimeUnit.SECONDS).drained();

        assertThat(drained).isNotDone();
        one.drained.complete(null);
        assertThat(drained).isNotDone();
        two.drained.complete(null);
        assertThat(Publisher.await(drained, LONG)).isTrue();
    }

    @Test
    @DisplayName("goes on with the others if a consumer throws or returns nothing, and counts it as not drained")
    void failing() throws Exception {
        for (PluginConsumer bad : List.<PluginConsumer>of(
                next -> {
                    throw new IllegalStateException("boom");
                },
                next -> {
                    throw new StackOverflowError();
                },
                next -> null)) {
            try (Publisher one = new Publisher()) {
                Recorder good = new Recorder();
                good.drained.complete(null);
                one.add(bad);
                one.add(good);
                CompletableFuture<Void> drained =
                        one.publish("a", part("a")).get(30, TimeUnit.SECONDS).drained();

                assertThat(good.generations()).containsExactly(0L, 1L);
                assertThat(Publisher.await(drained, LONG)).isFalse();
                assertThat(drained).isCompletedExceptionally();
            }
        }
    }

    @Test
    @DisplayName("gives nothing to a consumer that was removed")
    void removed() throws Exception {
        Recorder recorder = new Recorder();
        publisher.add(recorder);
        put("a");
        publisher.remove(recorder);
        put("b");

        assertThat(recorder.generations()).containsExactly(0L, 1L);
    }

    @Test
    @DisplayName("fails what is published after its end")
    void closed() {
        publisher.close();

        assertThat(publisher.publish("a", part("a"))).isCompletedExceptionally();
    }

    private void put(String id) throws Exception {
        publisher.publish(id, part(id)).get(30, TimeUnit.SECONDS);
    }

    private static ServiceSet.Published part(String id) {
        PluginDescriptor plugin = Descriptors.of(id);
        return new ServiceSet.Published(
                new PluginRevision(id, plugin, plugin.stage(), Document.EMPTY_OBJECT), List.of());
    }

    private static List<String> ids(PluginSet set) {
        List<String> ids = new ArrayList<>();
        for (PluginDescriptor plugin : set.plugins()) {
            ids.add(plugin.id().value());
        }
        return ids;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
