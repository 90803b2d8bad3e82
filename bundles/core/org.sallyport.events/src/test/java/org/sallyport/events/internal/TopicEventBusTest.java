package org.sallyport.events.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;
import org.sallyport.api.event.Events.Event;
import org.sallyport.api.plugin.PluginException;

@DisplayName("The event bus")
class TopicEventBusTest {
    private final AtomicLong clock = new AtomicLong();
    private final Deliveries deliveries = new Deliveries(clock::get);
    private final TopicEventBus bus = new TopicEventBus(() -> 1_000, deliveries);
    private final Events platform = bus.platform();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void stop() {
        never.countDown();
        bus.close();
    }

    private static Event next(BlockingQueue<Event> events) throws InterruptedException {
        Event event = events.poll(30, TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3_000 && !condition.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    /** A listener that hangs with its first event. */
    private Consumer<Event> hanging(CountDownLatch inside) {
        return event -> {
            inside.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Test
    @DisplayName("brings events by topic and by pattern, each under its publisher's name")
    void topics() throws Exception {
        var exact = new LinkedBlockingQueue<Event>();
        var below = new LinkedBlockingQueue<Event>();
        platform.subscribe("plugin/a/x/y", exact::add);
        bus.eventsOf("b").subscribe("plugin/a/*", below::add);

        bus.eventsOf("a").publish("x/y", Document.of(1));
        bus.eventsOf("a").publish("x", Document.of(2));
        bus.eventsOf("ab").publish("x/y", Document.of(3));
        platform.publish("plugin/a/x/y", Document.of(4));
        bus.eventsOf("a").publish("x/y", Document.of(5));

        assertThat(List.of(next(exact), next(exact)))
                .containsExactly(
                        new Event("plugin/a/x/y", Document.of(1), 1_000, 0),
                        new Event("plugin/a/x/y", Document.of(5), 1_000, 0));
        assertThat(List.of(next(below), next(below), next(below)))
                .extracting(Event::topic)
                .containsExactly("plugin/a/x/y", "plugin/a/x", "plugin/a/x/y");
    }

    @Test
    @DisplayName("keeps the order for each subscriber, one delivery at a time, under four publishers")
    void order() throws Exception {
        int publishers = 4;
        int events = 200; // together below the capacity, so that none is lost
        var last = new long[publishers];
        var inside = new AtomicInteger();
        var wrong = new AtomicInteger();
        var seen = new AtomicInteger();
        platform.subscribe("plugin/*", event -> {
            wrong.addAndGet(inside.getAndIncrement());
            int publisher = event.topic().charAt("plugin/p".length()) - '0';
            wrong.addAndGet(event.data().asLong(-1) == last[publisher]++ ? 0 : 1);
            inside.getAndDecrement();
            seen.incrementAndGet();
        });
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < publishers; p++) {
            Events mine = bus.eventsOf("p" + p);
            threads.add(new Thread(() -> {
                for (int i = 0; i < events; i++) {
                    mine.publish("t", Document.of(i));
                }
            }));
        }
        threads.forEach(Thread::start);

        await(() -> seen.get() == publishers * events);

        assertThat(wrong).hasValue(0);
    }

    @Test
    @DisplayName("drops the oldest beyond 1,024 that wait, and says how many were lost")
    void overflow() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var seen = new LinkedBlockingQueue<Event>();
        platform.subscribe("sallyport/*", event -> {
            inside.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            seen.add(event);
        });
        platform.publish("t", Document.of(0));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

        for (int i = 1; i <= Subscription.CAPACITY + 3; i++) {
            platform.publish("t", Document.of(i));
        }
        go.countDown();

        assertThat(next(seen).lost()).isZero();
        Event second = next(seen);
        assertThat(second.data()).isEqualTo(Document.of(4));
        assertThat(second.lost()).isEqualTo(3);
        for (int i = 5; i <= Subscription.CAPACITY + 3; i++) {
            assertThat(next(seen)).isEqualTo(new Event("sallyport/t", Document.of(i), 1_000, 0));
        }
    }

    @Test
    @DisplayName("loses nothing at exactly 1,024 that wait")
    void fullButNotOver() throws Exception {
        var subscription = new Subscription(new Owner("x", "x/", 1), "x", event -> {});
        for (int i = 0; i < 1_024; i++) {
            subscription.add(new Event("x", Document.of(i), 0, 0));
        }

        assertThat(subscription.next()).isEqualTo(new Event("x", Document.of(0), 0, 0));
    }

    @Test
    @DisplayName("keeps and counts a listener that throws, whatever it throws")
    void throwing() throws Exception {
        var seen = new LinkedBlockingQueue<Event>();
        bus.eventsOf("a").subscribe("sallyport/t", event -> {
            seen.add(event);
            if (event.data().asLong(0) == 0) {
                throw new StackOverflowError();
            }
            throw new IllegalStateException("boom");
        });

        platform.publish("t", Document.of(0));
        platform.publish("t", Document.of(1));
        platform.publish("t", Document.of(2));

        assertThat(List.of(next(seen), next(seen), next(seen))).hasSize(3);
        await(() -> bus.failures("a") == 3);
    }

    @Test
    @DisplayName("goes on when as many listeners hang as there are threads")
    void hanging() throws Exception {
        var inside = new CountDownLatch(Deliveries.THREADS);
        for (int i = 0; i < Deliveries.THREADS; i++) {
            bus.eventsOf("h" + i).subscribe("sallyport/t", hanging(inside));
        }
        platform.publish("t", Document.NULL);
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        var seen = new LinkedBlockingQueue<Event>();
        platform.subscribe("sallyport/t", seen::add);

        platform.publish("t", Document.of(1));
        clock.addAndGet(Deliveries.HANGING + 1);

        assertThat(next(seen).data()).isEqualTo(Document.of(1));
        never.countDown();
        await(() -> deliveries.threads() <= Deliveries.THREADS);
    }

    @Test
    @DisplayName("gives a plugin two threads at most, so that it can hang only itself")
    void greedy() throws Exception {
        var inside = new CountDownLatch(Deliveries.MAX_RUNNING);
        var entered = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            bus.eventsOf("greedy").subscribe("sallyport/t", event -> {
                entered.incrementAndGet();
                hanging(inside).accept(event);
            });
        }
        platform.publish("t", Document.NULL);
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        var seen = new LinkedBlockingQueue<Event>();
        bus.eventsOf("other").subscribe("sallyport/t", seen::add);

        platform.publish("t", Document.of(1));

        assertThat(next(seen).data()).isEqualTo(Document.of(1));
        assertThat(entered).hasValue(Deliveries.MAX_RUNNING);
        assertThat(deliveries.threads()).isLessThanOrEqualTo(Deliveries.THREADS);
    }

    @Test
    @DisplayName("ends the subscriptions of a plugin that is forgotten, and interrupts the one that runs")
    void forget() throws Exception {
        var inside = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        bus.eventsOf("a").subscribe("sallyport/t", event -> {
            inside.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        var late = new LinkedBlockingQueue<Event>();
        bus.eventsOf("a").subscribe("sallyport/late", late::add);
        var other = new LinkedBlockingQueue<Event>();
        platform.subscribe("sallyport/late", other::add);
        platform.publish("t", Document.NULL);
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

        bus.forget("a");
        bus.forget("a");

        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        platform.publish("late", Document.NULL);
        next(other);
        assertThat(late).isEmpty();
    }

    @Test
    @DisplayName("ends one subscription when its registration is closed, also twice")
    void close() throws Exception {
        var closed = new LinkedBlockingQueue<Event>();
        var open = new LinkedBlockingQueue<Event>();
        AutoCloseable registration = platform.subscribe("sallyport/t", closed::add);
        platform.subscribe("sallyport/t", open::add);

        registration.close();
        registration.close();
        platform.publish("t", Document.NULL);

        next(open);
        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName("refuses senseless topics, too many subscriptions and too large data")
    void bounds() throws Exception {
        Events events = bus.eventsOf("a");
        assertThatThrownBy(() -> events.publish("a b", Document.NULL)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> events.subscribe("*", event -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.eventsOf("a/b")).isInstanceOf(IllegalArgumentException.class);

        AutoCloseable first = events.subscribe("x", event -> {});
        for (int i = 1; i < TopicEventBus.MAX_SUBSCRIPTIONS; i++) {
            events.subscribe("x", event -> {});
        }
        assertThatThrownBy(() -> events.subscribe("x", event -> {}))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("too_many_subscriptions"));
        first.close();
        events.subscribe("x", event -> {});

        events.publish("x", Document.of("x".repeat(TopicEventBus.MAX_WEIGHT - 1)));
        assertThatThrownBy(() -> events.publish("x", Document.of("x".repeat(TopicEventBus.MAX_WEIGHT))))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("event_too_large"));
        assertThatThrownBy(() -> events.publish(
                        "x", Document.array(Collections.nCopies(TopicEventBus.MAX_WEIGHT, Document.NULL))))
                .isInstanceOf(PluginException.class);
    }
}
