package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sallyport.registry.internal.Known.Said;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.registry.KnownPlugin;
import org.sallyport.spi.registry.PluginAttribute;
import org.sallyport.spi.registry.PluginQuery;
import org.sallyport.spi.registry.PluginRange;
import org.sallyport.spi.registry.PluginVersion;
import org.sallyport.spi.registry.RegistrySnapshot;

@DisplayName("The registry")
class IndexedRegistryTest {
    private static final PluginRange ALL = PluginRange.parse("a");

    private final IndexedRegistry registry = new IndexedRegistry();

    private KnownPlugin plugin(String id) {
        return registry.snapshot().plugin(id).orElseThrow();
    }

    private void tell(String id, Said... said) {
        List<PluginVersion> versions = new ArrayList<>();
        for (int i = 0; i < said.length; i++) {
            versions.add(Known.version(id, String.valueOf(i + 1), said[i]));
        }
        registry.tell(Known.active(id, String.valueOf(said.length)), versions);
    }

    private List<String> search(PluginQuery query) {
        return registry.snapshot().search(query).stream()
                .map(version -> version.id() + " " + version.version())
                .toList();
    }

    @Test
    @DisplayName("knows nothing at first")
    void empty() {
        RegistrySnapshot snapshot = registry.snapshot();

        assertThat(snapshot.generation()).isZero();
        assertThat(snapshot.size()).isZero();
        assertThat(snapshot.plugin("a")).isEmpty();
        assertThat(snapshot.newest(ALL)).isNull();
        assertThat(snapshot.versions(ALL)).isEmpty();
        assertThat(snapshot.search(PluginQuery.ALL)).isEmpty();
        assertThat(snapshot.search(PluginQuery.ALL.containing("abc"))).isEmpty();
        assertThat(snapshot.resolve(List.of(PluginRange.parse("a"))).missing()).hasSize(1);
    }

    @Test
    @DisplayName("finds versions by each attribute, whatever the case, and by all that are asked for together")
    void attributes() {
        tell(
                "b",
                Said.NOTHING.by("Jane Doe").able("read"),
                Said.NOTHING.by("Jane Doe").able("read", "Write"));
        tell("a", Said.NOTHING.by(" jane doe ").typed("security").about("PII"));

        assertThat(search(PluginQuery.ALL.with(PluginAttribute.AUTHOR, "JANE DOE")))
                .containsExactly("a 1.0.0", "b 2.0.0", "b 1.0.0");
        assertThat(search(PluginQuery.ALL.with(PluginAttribute.TYPE, "security")))
                .containsExactly("a 1.0.0");
        assertThat(search(PluginQuery.ALL.with(PluginAttribute.KEYWORD, "pii"))).containsExactly("a 1.0.0");
        assertThat(search(PluginQuery.ALL
                        .with(PluginAttribute.AUTHOR, "Jane Doe")
                        .with(PluginAttribute.CAPABILITY, "write")))
                .containsExactly("b 2.0.0");
        assertThat(search(PluginQuery.ALL.with(PluginAttribute.AUTHOR, "Jane"))).isEmpty();
    }

    @Test
    @DisplayName("finds words within every text, down to one letter, and ids by what they begin with")
    void texts() {
        tell("com.acme.log", Said.NOTHING.named("Journal").described("Writes an audit trail"));
        tell(
                "com.acme.login",
                Said.NOTHING.about("Sign-In").able("single_sign_on").called("old-login"));

        assertThat(search(PluginQuery.ALL.containing("UDIT"))).containsExactly("com.acme.log 1.0.0");
        assertThat(search(PluginQuery.ALL.containing("journal trail"))).containsExactly("com.acme.log 1.0.0");
        assertThat(search(PluginQuery.ALL.containing("journal nowhere"))).isEmpty();
        assertThat(search(PluginQuery.ALL.containing("sign-in"))).containsExactly("com.acme.login 1.0.0");
        assertThat(search(PluginQuery.ALL.containing("single_"))).containsExactly("com.acme.login 1.0.0");
        assertThat(search(PluginQuery.ALL.containing("old"))).containsExactly("com.acme.login 1.0.0");
        assertThat(search(PluginQuery.ALL.containing("J"))).containsExactly("com.acme.log 1.0.0");
        assertThat(search(PluginQuery.ALL.containing(" "))).hasSize(2);
        assertThat(search(PluginQuery.ALL.startingWith("com.acme.logi"))).containsExactly("com.acme.login 1.0.0");
        assertThat(search(PluginQuery.ALL.startingWith("com.acme.log")))
                .containsExactly("com.acme.log 1.0.0", "com.acme.login 1.0.0");
        assertThat(search(PluginQuery.ALL.startingWith("com.").containing("trail")))
                .containsExactly("com.acme.log 1.0.0");
    }

    @Test
    @DisplayName("sees each change in every kind of search, also when there were too many to look at one by one")
    void manyChanges() {
        for (int i = 0; i <= 2 * IndexedSnapshot.MIN_CHANGES; i++) {
            tell("p" + i, Said.NOTHING.able("c" + i).named("number-" + i));

            assertThat(search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "c" + i)))
                    .containsExactly("p" + i + " 1.0.0");
            tell("p" + i, Said.NOTHING.able("other").named("changed-" + i));
            assertThat(search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "c" + i)))
                    .isEmpty();
            assertThat(search(PluginQuery.ALL.containing("number-" + i))).isEmpty();
            assertThat(search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "other")))
                    .hasSize(i + 1);
        }
    }

    @Test
    @DisplayName("sees each change among so many plugins that more of them may change before a new index is made")
    void manyPlugins() {
        int plugins = 32 * IndexedSnapshot.MIN_CHANGES;
        for (int i = 0; i < plugins; i++) {
            tell("p" + i, Said.NOTHING.able("c" + i % 7));
        }
        RegistrySnapshot before = registry.snapshot();
        for (int i = 0; i < plugins / 8; i++) {
            tell("p" + i, Said.NOTHING.able("other"));
            if (i % 3 == 0) {
                assertThat(search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "other")))
                        .hasSize(i + 1);
                assertThat(search(PluginQuery.ALL)).hasSize(plugins);
            }
        }

        assertThat(before.search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "other")))
                .isEmpty();
    }

    @Test
    @DisplayName("keeps what a version said of itself when it is told again without it, unless its bytes changed")
    void keepsDescriptors() {
        tell("a", Said.NOTHING.able("read"));
        registry.tell(Known.active("a", "2"), List.of(Known.version("a", "2"), Known.version("a", "1")));
        assertThat(search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "read")))
                .containsExactly("a 1.0.0");

        PluginVersion old = Known.version("a", "1");
        registry.tell(
                Known.active("a", "1"),
                List.of(new PluginVersion("a", old.version(), Optional.empty(), "other", "test")));
        assertThat(search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "read")))
                .isEmpty();
        assertThat(search(PluginQuery.ALL)).containsExactly("a 1.0.0");
    }

    @Test
    @DisplayName("finds nothing of what another registry knows")
    void twoRegistries() {
        tell("a", Said.NOTHING);
        assertThat(search(PluginQuery.ALL)).containsExactly("a 1.0.0");
        IndexedRegistry other = new IndexedRegistry();
        other.tell(Known.active("b", "1"), List.of(Known.version("b", "1")));

        assertThat(other.snapshot().search(PluginQuery.ALL)).containsExactly(Known.version("b", "1"));
    }

    @Test
    @DisplayName("takes the first of two versions with the same number, and forgets whole plugins")
    void sameNumber() {
        PluginVersion first = Known.version("a", "1", Said.NOTHING.named("first"));
        PluginVersion second = new PluginVersion("a", first.version(), Optional.empty(), "other", "test");
        registry.tell(Known.active("a", "1"), List.of(first, second));
        assertThat(plugin("a").versions()).containsExactly(first);

        registry.forget("a");
        registry.forget("b");
        assertThat(registry.snapshot().size()).isZero();
        assertThat(search(PluginQuery.ALL)).isEmpty();
    }

    @Nested
    @DisplayName("remembers of a plugin")
    class Remembers {
        @Test
        @DisplayName("what happened, newest first, each step once, and not more than 20")
        void history() {
            registry.tell(Known.status("a", "1", PluginState.STARTING, "it is being started", 1), List.of());
            registry.tell(Known.status("a", "1", PluginState.ACTIVE, "", 2), List.of());
            registry.tell(Known.status("a", "1", PluginState.ACTIVE, "", 3), List.of());
            registry.tell(Known.status("a", "1", PluginState.QUARANTINED, "it threw", 4), List.of());

            assertThat(plugin("a").history())
                    .containsExactly(
                            new KnownPlugin.Change(
                                    Known.START.plusSeconds(4), "1", PluginState.QUARANTINED, "it threw"),
                            new KnownPlugin.Change(Known.START.plusSeconds(2), "1", PluginState.ACTIVE, ""),
                            new KnownPlugin.Change(
                                    Known.START.plusSeconds(1), "1", PluginState.STARTING, "it is being started"));

            for (int i = 0; i < KnownPlugin.MAX_HISTORY; i++) {
                registry.tell(Known.status("a", String.valueOf(i), PluginState.ACTIVE, "", 5 + i), List.of());
            }
            assertThat(plugin("a").history())
                    .hasSize(KnownPlugin.MAX_HISTORY)
                    .allMatch(change -> change.state() == PluginState.ACTIVE);
        }

        @Test
        @DisplayName("how often it came into service, failed and came in, and when it was last in service")
        void statistics() {
            registry.tell(Known.status("a", "1", PluginState.STARTING, "", 1), List.of());
            assertThat(plugin("a").statistics()).isEqualTo(new KnownPlugin.Statistics(0, 0, 1, Optional.empty()));
            step("1", PluginState.ACTIVE, "", 2);
            step("1", PluginState.DEGRADED, "it lacks something", 3);
            assertThat(plugin("a").statistics())
                    .isEqualTo(new KnownPlugin.Statistics(1, 0, 1, Optional.of(Known.START.plusSeconds(3))));
            step("2", PluginState.ACTIVE, "", 4);
            step("2", PluginState.QUARANTINED, "it threw", 5);
            step("2", PluginState.QUARANTINED, "it threw", 6);
            step("2", PluginState.QUARANTINED, "it threw again", 7);
            step("1", PluginState.STARTING, "", 8);

            assertThat(plugin("a").statistics())
                    .isEqualTo(new KnownPlugin.Statistics(2, 2, 2, Optional.of(Known.START.plusSeconds(5))));
        }

        private void step(String version, PluginState state, String cause, int second) {
            registry.tell(
                    Known.status("a", version, state, cause, second),
                    List.of(Known.version("a", version), Known.version("a", "1")));
        }
    }

    @Test
    @DisplayName("shows readers one moment: what changed together is never seen in part")
    void concurrentReaders() throws Exception {
        int plugins = 40;
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Callable<Long> reader = () -> {
                    long seen = 0;
                    long last = 0;
                    while (!done.get() || seen < 100) {
                        RegistrySnapshot snapshot = registry.snapshot();
                        assertThat(snapshot.generation()).isGreaterThanOrEqualTo(last);
                        last = snapshot.generation();
                        consistent(snapshot, plugins);
                        seen++;
                    }
                    return seen;
                };
                readers.add(pool.submit(reader));
            }
            // Writes round by round: at each moment the plugins up to one are a round ahead of those after it.
            for (int round = 1; round <= 150; round++) {
                for (int i = 0; i < plugins; i++) {
                    String version = String.valueOf(round);
                    registry.tell(
                            Known.active("p" + i, version),
                            List.of(Known.version("p" + i, version, Said.NOTHING.able("round-" + round))));
                }
            }
            done.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isGreaterThanOrEqualTo(100);
            }
        } finally {
            done.set(true);
            pool.shutdownNow();
        }
    }

    private static void consistent(RegistrySnapshot snapshot, int plugins) {
        long told = snapshot.generation();
        if (told < plugins) {
            return;
        }
        // The generation alone says what each plugin has to be.
        long ahead = told % plugins;
        long round = told / plugins;
        for (int i = 0; i < plugins; i++) {
            String version = (i < ahead ? round + 1 : round) + ".0.0";
            PluginVersion newest = snapshot.newest(PluginRange.parse("p" + i));
            assertThat(newest).isNotNull();
            assertThat(newest.version()).hasToString(version);
        }
        assertThat(snapshot.search(PluginQuery.ALL.with(PluginAttribute.CAPABILITY, "round-" + (round + 1))))
                .hasSize((int) ahead);
        assertThat(snapshot.search(PluginQuery.ALL.containing("round-" + round + " p")))
                .filteredOn(version -> version.version().getMajor() == round)
                .hasSize(plugins - (int) ahead);
    }

    @Test
    @DisplayName("gives lists that nobody can change")
    void unmodifiable() {
        tell("a", Said.NOTHING);
        RegistrySnapshot snapshot = registry.snapshot();

        assertThatThrownBy(() -> snapshot.versions(ALL).clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> plugin("a").versions().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
