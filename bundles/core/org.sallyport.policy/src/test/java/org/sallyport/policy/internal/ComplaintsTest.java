package org.sallyport.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.policy.PolicyEngine.ChainEntry;
import org.slf4j.LoggerFactory;

@DisplayName("An instance that cannot stand where it is configured")
class ComplaintsTest {
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

    private final Complaints complaints = new Complaints(Duration.ofSeconds(5));
    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow

    private static Snapshot snapshot(String state, String... instances) {
        List<Stage> stages = Stream.of(instances)
                .map(instance -> new Stage(
                        instance,
                        "",
                        "",
                        null,
                        false,
                        false,
                        50,
                        null,
                        new Failure(state, "gone", ""),
                        new ChainEntry(0, instance, "", "", "", 50, false, state, "gone", "")))
                .toList();
        return new Snapshot(Chain.of(List.of()), Map.of("files", Chain.of(stages)), List.of());
    }

    private List<String> due() {
        return complaints.due(now).stream().map(ChainEntry::instance).toList();
    }

    @Test
    @DisplayName("is worth a warning when that has been so for five seconds, and no second one")
    void patience() {
        complaints.look(snapshot(Stage.MISSING, "a"), now);
        assertThat(complaints.untilNext(now)).hasValue(PATIENCE);
        now += PATIENCE - 1;
        assertThat(due()).isEmpty();
        assertThat(complaints.untilNext(now)).hasValue(1);

        now += 1;
        assertThat(complaints.untilNext(now)).hasValue(0);
        assertThat(due()).containsExactly("a");
        assertThat(due()).isEmpty();
        complaints.look(snapshot(Stage.MISSING, "a"), now);
        assertThat(complaints.untilNext(now)).isEmpty();
    }

    @Test
    @DisplayName("is forgotten when it came in time, and has its time again when it goes again")
    void cameInTime() {
        complaints.look(snapshot(Stage.MISSING, "a", "b"), now);
        now += PATIENCE / 2;
        complaints.look(snapshot(Stage.MISSING, "b"), now);
        now += PATIENCE / 2 + 1;
        assertThat(due()).containsExactly("b");

        complaints.look(snapshot(Stage.MISSING, "a", "b"), now);
        assertThat(due()).isEmpty();
        now += PATIENCE;
        assertThat(due()).containsExactly("a");
    }

    @Test
    @DisplayName("counts from when it was first so, however often the chain is compiled meanwhile")
    void compiledOften() {
        for (int i = 0; i < 5; i++) {
            complaints.look(snapshot(Stage.REFUSED, "a"), now);
            assertThat(due()).isEmpty();
            now += PATIENCE / 5;
        }

        assertThat(due()).containsExactly("a");
    }

    @Test
    @DisplayName("is not one that is switched off or did not join")
    void others() {
        complaints.look(snapshot(Stage.DISABLED, "a"), now);
        complaints.look(snapshot(Stage.NOT_JOINED, "b"), now);

        assertThat(complaints.untilNext(now)).isEmpty();
    }

    @Nested
    @DisplayName("in the log")
    class InLog {
        private final List<ILoggingEvent> logged = Collections.synchronizedList(new ArrayList<>());

        private List<String> warnings(Duration patience, java.util.function.Consumer<Engine> body) {
            Logger logger = (Logger) LoggerFactory.getLogger(Publisher.class);
            ListAppender<ILoggingEvent> appender = new ListAppender<>();
            appender.list = logged;
            appender.start();
            logger.addAppender(appender);
            try (Engine engine =
                    new Engine(new Options(Set.of(), Bench.PATIENCE, 16, Bench.PATIENT), new NoFaults(), patience)) {
                engine.settings(Optional.of(FakePlugins.SETTINGS));
                engine.changed(Bench.configuration("{'s':{},'pii':{'critical':false}}"));
                body.accept(engine);
            } finally {
                logger.detachAppender(appender);
            }
            return found();
        }

        private List<String> found() {
            return List.copyOf(logged).stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }

        @Test
        @DisplayName("is none at the start, when plugins come after their configuration, and none at the end")
        void quiet() {
            assertThat(warnings(Duration.ofHours(1), engine -> {
                        engine.types(FakePlugins.TYPES);
                        engine.switchTo(
                                FakePlugins.none().and("s", Bench.ALLOWS).and("pii", Bench.ALLOWS));
                        engine.types(List.of());
                    }))
                    .isEmpty();
        }

        @Test
        @DisplayName("is one for each that stays away")
        void stays() {
            assertThat(warnings(Duration.ofMillis(20), engine -> {
                        engine.types(FakePlugins.TYPES);
                        Bench.until("warned", () -> found().size() >= 2);
                        engine.options(new Options(Set.of(), Bench.PATIENCE, 17, Bench.PATIENT));
                    }))
                    .hasSize(2)
                    .anySatisfy(warning -> assertThat(warning)
                            .startsWith("Instance [s] is missing: Handler [s] is not in service; install or enable its"
                                    + " plugin ('plugin:list' shows their states), or remove the entry; it is critical,"
                                    + " so its messages are stopped"));
        }
    }

    private static final class NoFaults implements PluginFaults {
        @Override
        public void quarantine(String plugin, String cause) {}

        @Override
        public void report(String plugin, String cause) {}
    }
}
