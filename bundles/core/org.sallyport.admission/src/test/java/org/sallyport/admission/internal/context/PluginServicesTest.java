package org.sallyport.admission.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.admission.internal.archive.ArchiveReader;
import org.sallyport.admission.internal.archive.DescriptorReader;
import org.sallyport.admission.internal.archive.Manifests;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

@DisplayName("What a plugin is given")
class PluginServicesTest {
    @TempDir
    Path folder;

    private final Bus bus = new Bus();
    private final AtomicBoolean inService = new AtomicBoolean();
    private final AtomicInteger changes = new AtomicInteger();
    private PluginServices services;

    /** A bus that delivers at once. */
    private static final class Bus implements Events {
        final Map<Object, Consumer<Event>> listeners = new LinkedHashMap<>();
        final List<String> published = new ArrayList<>();

        @Override
        public void publish(String topic, Document data) {
            published.add(topic);
        }

        @Override
        public AutoCloseable subscribe(String pattern, Consumer<Event> listener) {
            Object key = new Object();
            listeners.put(key, listener);
            return () -> listeners.remove(key);
        }

        void deliver(String topic) {
            List.copyOf(listeners.values()).forEach(one -> one.accept(new Event(topic, Document.NULL, 0, 0)));
        }
    }

    @BeforeEach
    void make() throws Exception {
        services = services(bus);
    }

    private PluginServices services(Events events) throws Exception {
        Hooks hooks = (Hooks) Proxy.newProxyInstance(
                Hooks.class.getClassLoader(),
                new Class<?>[] {Hooks.class},
                (proxy, method, args) -> hook(method.getReturnType()));
        PluginDescriptor descriptor =
                DescriptorReader.read(ArchiveReader.read(Manifests.plugin("x").build()));
        return new PluginServices(
                descriptor,
                Rights.all(descriptor),
                new PluginStorage("x", folder.resolve("storage")),
                folder.resolve("data/x"),
                () -> events,
                one -> inService.get(),
                () -> events == null ? null : hooks,
                one -> changes.incrementAndGet());
    }

    private static Object hook(Class<?> type) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> method.getName().equals("apply")
                        ? args[0] + "!"
                        : method.getName().equals("collect")
                                ? List.of("collected")
                                : method.getName().equals("first") ? java.util.Optional.of("first") : null);
    }

    @AfterEach
    void stop() {
        services.stop();
    }

    @Test
    @DisplayName("is its own: id, version, logger, folder, storage, clock")
    void own() {
        assertThat(services.id().value()).isEqualTo("x");
        assertThat(services.version()).isEqualTo("1.0.0");
        assertThat(services.dataFolder()).isDirectory().isEqualTo(folder.resolve("data/x"));
        services.storage(Scope.GLOBAL).put("k", Document.of(1));
        assertThat(services.storage(Scope.GLOBAL).get("k")).contains(Document.of(1));
        assertThat(services.clock().millis()).isPositive();
        assertThat(services.hooks().filter("h", String.class).apply("a")).isEqualTo("a!");
        assertThat(services.hooks().collect("h", String.class, String.class).collect("a"))
                .containsExactly("collected");
        assertThat(services.hooks().first("h", String.class, String.class).first("a"))
                .contains("first");
    }

    @Test
    @DisplayName("throws the code [stopped] after the stop, whatever of it is called, also what was got before")
    void stopped() throws Exception {
        Storage storage = services.storage(Scope.GLOBAL);
        Events events = services.events();
        var commands = services.commands();
        Hooks hooks = services.hooks();
        var filter = hooks.filter("h", String.class);
        var action = hooks.action("h", String.class);
        var collect = hooks.collect("h", String.class, String.class);
        var first = hooks.first("h", String.class, String.class);
        ScheduledExecutorService executor = services.executor();
        services.stop();

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                services::id,
                services::version,
                services::logger,
                () -> services.storage(Scope.GLOBAL),
                services::dataFolder,
                services::events,
                services::commands,
                services::hooks,
                services::clock,
                services::executor,
                () -> storage.get("k"),
                () -> storage.put("k", Document.of(1)),
                () -> storage.remove("k"),
                () -> storage.update("k", value -> value),
                () -> storage.keys(""),
                () -> events.publish("t", Document.NULL),
                () -> events.subscribe("t", event -> {}),
                () -> commands.register(new Action("c")),
                () -> hooks.filter("h", String.class),
                () -> hooks.action("h", String.class),
                () -> hooks.collect("h", String.class, String.class),
                () -> hooks.first("h", String.class, String.class),
                () -> filter.apply("a"),
                () -> action.fire("a"),
                () -> collect.collect("a"),
                () -> first.first("a"),
                () -> executor.submit(() -> {}),
                () -> executor.execute(() -> {}),
                () -> executor.schedule(() -> {}, 1, TimeUnit.DAYS))) {
            PluginException failed = catchThrowableOfType(PluginException.class, call);
            assertThat(failed).as("still works").isNotNull();
            assertThat(failed.code()).isEqualTo("stopped");
            assertThat(failed).hasMessage("Plugin [x] was stopped");
        }
        assertThat(bus.published).isEmpty();
        assertThat(bus.listeners).isEmpty();
    }

    @Test
    @DisplayName(
            "hears events only while it is in service, speaks until it is stopped, and its subscriptions end with it")
    void events() throws Exception {
        List<String> heard = new ArrayList<>();
        Events events = services.events();
        events.subscribe("a", event -> heard.add(event.topic()));
        AutoCloseable closed = events.subscribe("a", event -> heard.add("closed"));
        closed.close();

        bus.deliver("before");
        inService.set(true);
        bus.deliver("during");
        inService.set(false);
        bus.deliver("after");
        events.publish("draining", Document.NULL);

        assertThat(heard).containsExactly("during");
        assertThat(bus.published).containsExactly("draining");
        assertThat(services.events()).isSameAs(events);
        services.stop();
        assertThat(bus.listeners).isEmpty();
    }

    @Test
    @DisplayName("says what this runtime lacks")
    void unavailable() throws Exception {
        PluginServices without = services(null);

        assertThat(catchThrowableOfType(PluginException.class, without::events))
                .hasMessage("This runtime has no service for [events]")
                .extracting(PluginException::code)
                .isEqualTo("unavailable");
        assertThat(catchThrowableOfType(PluginException.class, without::hooks))
                .hasMessage("This runtime has no service for [hooks]");
    }

    @Test
    @DisplayName("offers each command once, under a plain name, until it is closed")
    void commands() throws Exception {
        AutoCloseable registration = services.commands().register(new Action("greet-1_A"));

        assertThat(services.offered()).containsOnlyKeys("greet-1_A");
        assertThat(catchThrowableOfType(
                        PluginException.class, () -> services.commands().register(new Action("greet-1_A"))))
                .hasMessage("Plugin [x] offers the command [greet-1_A] already")
                .extracting(PluginException::code)
                .isEqualTo("duplicate_command");
        for (String name : new String[] {"", "a b", "a:b", "é", "x".repeat(65), null}) {
            assertThat(catchThrowableOfType(
                            PluginException.class, () -> services.commands().register(new Action(name))))
                    .hasMessage("The command [" + name + "] is not valid: use 1 to 64 letters, digits, - or _");
        }
        registration.close();
        registration.close();
        assertThat(services.offered()).isEmpty();
        assertThat(changes).hasValue(2);
    }

    @Test
    @DisplayName("has a logger with the plugin's id in the MDC while it writes, and only then")
    void logger() {
        var appender = new ch.qos.logback.core.read.ListAppender<ch.qos.logback.classic.spi.ILoggingEvent>();
        var logger = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("plugin.x");
        appender.start();
        logger.addAppender(appender);
        MDC.put("plugin", "outer");
        try {
            services.logger().warn("hello {}", 1);
            assertThat(MDC.get("plugin")).isEqualTo("outer");
        } finally {
            MDC.remove("plugin");
            logger.detachAppender(appender);
        }
        assertThat(appender.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).isEqualTo("hello 1"))
                .satisfies(event -> assertThat(event.getMDCPropertyMap()).containsEntry("plugin", "x"));
    }

    @Test
    @DisplayName("runs its work on at most 4 threads, named after it, and takes at most 10,000 tasks that wait")
    void threads() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(PluginThreads.MAX_THREADS);
        List<String> names = new CopyOnWriteArrayList<>();
        ScheduledExecutorService executor = services.executor();
        for (int i = 0; i < PluginThreads.MAX_THREADS; i++) {
            executor.execute(() -> {
                names.add(Thread.currentThread().getName());
                busy.countDown();
                awaitQuietly(release);
            });
        }
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < PluginThreads.MAX_QUEUE; i++) {
            executor.execute(() -> names.add(Thread.currentThread().getName()));
        }

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> executor.execute(() -> {}),
                () -> executor.submit(() -> 1),
                () -> executor.schedule(() -> {}, 1, TimeUnit.SECONDS),
                () -> executor.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.SECONDS))) {
            assertThat(catchThrowableOfType(PluginException.class, call))
                    .hasMessage("Plugin [x] has [10000] tasks waiting; no more are taken")
                    .extracting(PluginException::code)
                    .isEqualTo("executor_full");
        }
        assertThat(names).hasSize(PluginThreads.MAX_THREADS);
        release.countDown();
        await(() -> names.size() == PluginThreads.MAX_THREADS + PluginThreads.MAX_QUEUE);
        assertThat(names).allMatch(name -> name.matches("plugin-x-[1-4]"));
        assertThat(executor.submit(() -> 1).get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    @DisplayName("cannot make its pool larger")
    void unconfigurable() {
        assertThat(services.executor()).isNotInstanceOf(ThreadPoolExecutor.class);
    }

    @Test
    @DisplayName("interrupts at the stop what still runs")
    void interrupts() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Future<?> work = services.executor().submit(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        services.stop();

        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        work.get(30, TimeUnit.SECONDS);
    }

    private record Action(String name) implements PluginAction {
        @Override
        public String description() {
            return "does something";
        }

        @Override
        public Document parameters() {
            return Document.object(Map.of());
        }

        @Override
        public Document run(Document arguments, ActionCall call) {
            return Document.of(call.remaining().compareTo(Duration.ZERO) > 0);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        for (long end = System.nanoTime() + 60_000_000_000L; !condition.getAsBoolean(); Thread.sleep(10)) {
            assertThat(System.nanoTime()).as("still not so after 60 s").isLessThan(end);
        }
    }
}
