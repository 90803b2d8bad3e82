package org.sallyport.admission.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionSet;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.permission.Places;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.slf4j.LoggerFactory;

@DisplayName("A plugin that is held to its grants")
class RightsTest {
    @TempDir
    Path folder;

    private final AtomicReference<Permissions> granted = new AtomicReference<>(PermissionSet.NONE);
    private final List<String> reported = new ArrayList<>();
    private final List<String> published = new ArrayList<>();
    private final List<Consumer<Events.Event>> listeners = new ArrayList<>();
    private Places places;
    private PluginServices services;

    @BeforeEach
    void make() throws Exception {
        PluginDescriptor descriptor =
                DescriptorReader.read(ArchiveReader.read(Manifests.plugin("x").build()));
        places = Places.of(folder, descriptor.id());
        services = services(descriptor, true);
    }

    private PluginServices services(PluginDescriptor descriptor, boolean held) {
        Rights rights = new Rights(
                descriptor,
                held,
                places,
                () -> (plugin, version) -> granted.get(),
                () -> (plugin, version, act, may, layer) -> {
                    reported.add((may ? "did " : "denied ") + act);
                    return "no " + act;
                });
        Hooks hooks = (Hooks) Proxy.newProxyInstance(
                Hooks.class.getClassLoader(), new Class<?>[] {Hooks.class}, (proxy, method, args) ->
                        (Hooks.FilterHook<String>) value -> value + "!");
        Events events = new Events() {
            @Override
            public void publish(String topic, Document data) {
                published.add(topic);
            }

            @Override
            public AutoCloseable subscribe(String pattern, Consumer<Event> listener) {
                listeners.add(listener);
                return () -> {};
            }
        };
        return new PluginServices(
                descriptor,
                rights,
                new PluginStorage("x", folder.resolve("storage")),
                folder.resolve("data/x"),
                () -> events,
                one -> true,
                () -> hooks,
                one -> {});
    }

    @AfterEach
    void stop() {
        services.stop();
    }

    private void grant(String... permissions) {
        granted.set(PermissionSet.of(
                Stream.of(permissions)
                        .flatMap(one -> Permission.parse(one).stream())
                        .toList(),
                places));
    }

    private static String code(ThrowingCallable call) {
        PluginException thrown = catchThrowableOfType(PluginException.class, call);
        return thrown == null ? "" : thrown.code();
    }

    private static PluginAction action(String name) {
        return new PluginAction() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String description() {
                return "";
            }

            @Override
            public Document parameters() {
                return Document.EMPTY_OBJECT;
            }

            @Override
            public Document run(Document arguments, ActionCall call) {
                return Document.NULL;
            }
        };
    }

    @Test
    @DisplayName("has without any its id, version, clock and logger, and nothing else")
    void nothing() {
        assertThatCode(() -> {
                    services.id();
                    services.version();
                    services.clock();
                    services.logger().info("hello");
                })
                .doesNotThrowAnyException();
        assertThat(Stream.<ThrowingCallable>of(
                        () -> services.dataFolder(),
                        () -> services.storage(Scope.GLOBAL).get("k"),
                        () -> services.storage(Scope.GLOBAL).keys(""),
                        () -> services.storage(Scope.GLOBAL).put("k", Document.of(1)),
                        () -> services.storage(Scope.GLOBAL).remove("k"),
                        () -> services.storage(Scope.GLOBAL).update("k", value -> value),
                        () -> services.events().publish("a", Document.NULL),
                        () -> services.events().subscribe("a", event -> {}),
                        () -> services.commands().register(action("a")),
                        () -> services.hooks().filter("a", String.class),
                        () -> services.executor()))
                .allSatisfy(call -> assertThat(code(call)).isEqualTo("permission_denied"));
        assertThat(reported).hasSize(11).allMatch(one -> one.startsWith("denied "));
        assertThat(published).isEmpty();
    }

    @Test
    @DisplayName("has each part when exactly the named permission is granted, and not when that is taken back")
    void twins() throws Exception {
        grant("file.read:${data}");
        assertThat(services.storage(Scope.GLOBAL).get("k")).isEmpty();
        assertThat(code(() -> services.storage(Scope.GLOBAL).put("k", Document.of(1))))
                .isEqualTo("permission_denied");
        grant("file.write:${data}");
        services.storage(Scope.GLOBAL).put("k", Document.of(1));
        assertThat(services.dataFolder()).isDirectory();

        grant("event.subscribe:orders/*", "event.publish:orders/new");
        List<String> heard = new ArrayList<>();
        services.events().subscribe("orders/*", event -> heard.add(event.topic()));
        services.events().publish("orders/new", Document.NULL);
        assertThat(code(() -> services.events().publish("orders/old", Document.NULL)))
                .isEqualTo("permission_denied");
        listeners.get(0).accept(new Events.Event("orders/1", Document.NULL, 0, 0));
        grant();
        listeners.get(0).accept(new Events.Event("orders/2", Document.NULL, 0, 0));
        assertThat(heard).containsExactly("orders/1");

        grant("ui.command:hello");
        services.commands().register(action("hello"));
        assertThat(services.offered()).containsKey("hello");
        grant();
        assertThat(services.offered()).isEmpty();

        grant("service.get:hook/greeting");
        Hooks.FilterHook<String> hook = services.hooks().filter("greeting", String.class);
        assertThat(hook.apply("a")).isEqualTo("a!");
        assertThat(code(() -> services.hooks().filter("other", String.class))).isEqualTo("permission_denied");
        grant();
        assertThat(code(() -> hook.apply("a"))).isEqualTo("permission_denied");
    }

    @Test
    @DisplayName("has as many threads as it was granted, and no task more after they were taken back")
    void threads() throws Exception {
        grant("thread.create:1");
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(20);
        var executor = services.executor();
        for (int i = 0; i < 20; i++) {
            executor.execute(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.yield();
                running.decrementAndGet();
                done.countDown();
            });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isEqualTo(1);

        grant();
        assertThat(code(() -> executor.execute(() -> {}))).isEqualTo("permission_denied");
    }

    @Test
    @DisplayName("publishes no more often than it was granted")
    void rate() {
        grant("event.publish:orders/*@3");
        Events events = services.events();
        for (int i = 0; i < 3; i++) {
            events.publish("orders/new", Document.NULL);
        }

        assertThat(code(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        events.publish("orders/new", Document.NULL);
                    }
                }))
                .isEqualTo("too_often");

        grant("event.publish:orders/*@3", "event.publish:orders/new");
        for (int i = 0; i < 1_000; i++) {
            events.publish("orders/new", Document.NULL);
        }
    }

    @Test
    @DisplayName("writes no more lines to the log than everybody may, unless it was granted more")
    void log() {
        Logger logger = (Logger) LoggerFactory.getLogger("plugin.x");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            var builder = services.logger().atWarn();
            for (int i = 0; i < 50_000; i++) {
                services.logger().warn("line");
                builder.log("line");
            }
            int written = lines.list.size();
            assertThat(written).isBetween(PluginLogger.BURST, 50_000);

            grant("log.publish");
            services.logger().warn("more");
            assertThat(lines.list.subList(written, lines.list.size()))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.endsWith("lines were left out, as it writes more than it may"))
                    .contains("more");
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    @DisplayName("is not a plugin of the host's own level: what that does is only taken down")
    void internal() throws Exception {
        PluginServices own = services(
                DescriptorReader.read(ArchiveReader.read(Manifests.plugin("x").build())), false);
        own.storage(Scope.GLOBAL).put("k", Document.of(1));
        own.events().publish("a", Document.NULL);

        assertThat(reported).containsExactly("did file.write:" + places.data(), "did event.publish:a");
        own.stop();
    }

    @Test
    @DisplayName("gets so many a second, and the first ones at once")
    void bucket() {
        AtomicLong nanos = new AtomicLong();
        RateLimit limit = new RateLimit(2, 3, nanos::get);

        assertThat(allowed(limit, 10)).isEqualTo(3);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(499));
        assertThat(allowed(limit, 10)).isZero();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
        assertThat(allowed(limit, 10)).isEqualTo(1);
        nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(allowed(limit, 10)).isEqualTo(3);
    }

    private static int allowed(RateLimit limit, int tries) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            allowed += limit.allow() ? 1 : 0;
        }
        return allowed;
    }
}
