package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;
import static org.sallyport.admission.internal.TestRuntime.failure;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.FrameworkWiring;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.admission.AdmissionGate;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.registry.RegistryStore;

@DisplayName("In a framework, what is")
class ReconcileInFrameworkTest {
    /** What plugins and tests share: by name, as plugins see no class of the tests. */
    private static final String BOARD = "sallyport.test.board";

    @TempDir
    Path home;

    private final Map<String, Object> board = new ConcurrentHashMap<>();
    private TestRuntime runtime;

    private void start(String... properties) throws Exception {
        System.getProperties().put(BOARD, board);
        runtime = TestRuntime.start(home, properties);
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
        System.getProperties().remove(BOARD);
    }

    @Nested
    @DisplayName("is brought to what is wanted, without a look by the clock, when somebody")
    class PastAdmission {
        private Bundle bundle;

        private void install() throws Exception {
            start("sallyport.limit.reconcile.millis", "0");
            runtime.install(PluginJar.answering("x", "1.0.0", "one"));
            bundle = runtime.bundle("test.x");
        }

        private void comesBack(String cause) throws Exception {
            await(
                    "another bundle serves",
                    () -> runtime.plugins().stream().allMatch(other -> other.getBundleId() != bundle.getBundleId())
                            && runtime.host.call("x").equals("one"));
            await("it says why", () -> runtime.why("x").contains("Its last failure: " + cause));
            assertThat(runtime.status("x").version()).isEqualTo("1.0.0");
        }

        @Test
        @DisplayName("stops a plugin's bundle")
        void stopped() throws Exception {
            install();
            bundle.stop();
            comesBack("its bundle was stopped in the framework by somebody else than Sallyport.");
        }

        @Test
        @DisplayName("stops the bundle of a version beside the main one, which is not touched")
        void besideStopped() throws Exception {
            start("sallyport.limit.reconcile.millis", "0");
            runtime.install(PluginJar.answering("x", "2.0.0", "two"));
            Bundle main = runtime.bundle("test.x");
            runtime.admin.installBeside(PluginJar.answering("x", "1.0.0", "one"), "test");
            Bundle beside = runtime.plugins().stream()
                    .filter(other -> other.getBundleId() != main.getBundleId())
                    .findFirst()
                    .orElseThrow();
            beside.stop();
            await(
                    "another bundle serves",
                    () -> runtime.plugins().stream().noneMatch(other -> other.getBundleId() == beside.getBundleId())
                            && runtime.host.call("x", "[1,2)").equals("one"));
            await("it says why", () -> runtime.why("x@1.0.0").contains("its bundle was stopped in the framework"));
            assertThat(runtime.why("x")).doesNotContain("failure");
            assertThat(runtime.plugins()).contains(main);
            assertThat(runtime.host.call("x")).isEqualTo("two");
        }

        @Test
        @DisplayName("uninstalls it")
        void uninstalled() throws Exception {
            install();
            bundle.uninstall();
            comesBack("its bundle was uninstalled in the framework by somebody else than Sallyport.");
        }

        @Test
        @DisplayName("puts other bytes into it, which never run")
        void updated() throws Exception {
            install();
            try {
                bundle.update(new ByteArrayInputStream(PluginJar.answering("x", "2.0.0", "two")));
            } catch (org.osgi.framework.BundleException e) {
                assertThat(e).as("it does not resolve").hasMessageContaining("");
            }
            comesBack("its bundle was stopped in the framework by somebody else than Sallyport.");
        }

        @Test
        @DisplayName("refreshes it")
        void refreshed() throws Exception {
            install();
            int sets = runtime.host.generations.size();
            refresh(bundle);
            // The framework starts it again itself, from its own copy of the bytes, which is still the one with the
            // ticket.
            await(
                    "it serves with new services",
                    () -> runtime.host.generations.size() > sets
                            && runtime.host.call("x").equals("one"));
            assertThat(runtime.plugins()).hasSize(1);
        }
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        runtime.context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(java.util.List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        assertThat(done.await(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    @Nested
    @DisplayName("when a bundle of the platform that gives contracts to plugins, as a plugin type's does,")
    class Contracts {
        private Bundle type;

        private byte[] type(String text) {
            return PluginJar.library("type", "1.0.0", text).platform().build();
        }

        private void install() throws Exception {
            start("sallyport.limit.reconcile.millis", "0");
            type = runtime.context.installBundle("type", new ByteArrayInputStream(type("old")));
            type.start();
            runtime.install(PluginJar.using("x", "1.0.0", "type", "1").build());
        }

        @Test
        @DisplayName(
                "is updated and refreshed, its plugins come in again by themselves; calls meanwhile find none or a whole one")
        void refreshedUnderCalls() throws Exception {
            install();
            Set<String> answers = ConcurrentHashMap.newKeySet();
            Callers callers = Callers.start(1, () -> () -> answers.add(runtime.host.call("x")));
            await("it is called", () -> answers.contains("old"));

            type.update(new ByteArrayInputStream(type("new")));
            refresh(type);

            await("it uses the new one", () -> answers.contains("new"));
            callers.end();
            answers.remove("none");
            assertThat(answers).containsExactlyInAnyOrder("old", "new");
            await("the old is gone", () -> runtime.plugins().size() == 1);
        }

        @Test
        @DisplayName("is updated and not refreshed, they are started anew beside themselves, to use the new one")
        void updated() throws Exception {
            install();
            type.update(new ByteArrayInputStream(type("new")));
            await("it uses the new one", () -> runtime.host.call("x").equals("new"));
            assertThat(runtime.host.generations.size()).as("never taken out").isPositive();
            await("the old is gone", () -> runtime.plugins().size() == 1);
        }

        @Test
        @DisplayName("is uninstalled, they go on with what they have, and say so")
        void gone() throws Exception {
            install();
            type.uninstall();
            await(
                    "it says so",
                    () -> runtime.why("x").contains("it uses classes of [test.type] 1.0.0, which was replaced"));
            assertThat(runtime.host.call("x")).isEqualTo("old");
            assertThat(runtime.state("x").inService()).isTrue();
        }
    }

    @Nested
    @DisplayName("is brought to what another node wrote to the registry:")
    class OtherNode {
        private void write(String id, UnaryOperator<Desired> change) throws Exception {
            RegistryStore store = runtime.service(RegistryStore.class);
            RegistryStore.Entry entry = store.get(id).orElseThrow();
            Document next = change.apply(Desired.of(entry.value())).toDocument();
            assertThat(store.compareAndSet(id, entry.revision(), next)).isPresent();
        }

        @Test
        @DisplayName("off, on, another version, uninstalled, and a plugin that is not known yet")
        void follows() throws Exception {
            start("sallyport.limit.reconcile.millis", "20");
            runtime.install(PluginJar.answering("x", "1.0.0", "one"));
            runtime.install(PluginJar.answering("x", "2.0.0", "two"));

            write("x", wanted -> wanted.with(Desired.DISABLED));
            await("off", () -> runtime.state("x") == PluginState.DISABLED);
            assertThat(runtime.host.call("x")).isEqualTo("none");
            write("x", wanted -> wanted.with(Desired.ENABLED));
            await("on", () -> runtime.host.call("x").equals("two"));
            write(
                    "x",
                    wanted -> wanted.rolledBackTo(
                            wanted.displaced().get(0), Document.EMPTY_OBJECT, Document.EMPTY_OBJECT));
            await("another version", () -> runtime.host.call("x").equals("one"));
            await("it is shown", () -> runtime.status("x").version().equals("1.0.0"));
            RegistryStore store = runtime.service(RegistryStore.class);
            store.compareAndSet("x", store.get("x").orElseThrow().revision(), Document.NULL);
            await("gone", () -> runtime.admin.find("x").isEmpty());
            assertThat(runtime.host.call("x")).isEqualTo("none");

            Desired missing = new Desired(
                    "test.y", "1.0.0", "9".repeat(64), Desired.ENABLED, "elsewhere", false, java.util.List.of());
            store.compareAndSet("y", RegistryStore.ABSENT, missing.toDocument());
            await("known", () -> runtime.admin.find("y").isPresent() && runtime.state("y") == PluginState.QUARANTINED);
            assertThat(runtime.status("y").cause()).contains("is missing from the store");

            runtime.install(PluginJar.answering("z", "1.0.0", "z"));
            store.compareAndSet(
                    "w", RegistryStore.ABSENT, store.get("z").orElseThrow().value());
            await("known", () -> runtime.admin.find("w").isPresent() && runtime.state("w") == PluginState.QUARANTINED);
            assertThat(runtime.status("w").cause()).isEqualTo("its archive is plugin [z]");
        }

        @Test
        @DisplayName("versions beside the main one, their marks and settings, and the end of all")
        void beside() throws Exception {
            start("sallyport.limit.reconcile.millis", "20");
            runtime.install(PluginJar.answering("x", "1.0.0", "one"));
            runtime.install(PluginJar.answering("x", "2.0.0", "two"));
            RegistryStore store = runtime.service(RegistryStore.class);
            Desired main = Desired.of(store.get("x").orElseThrow().value());
            String digest = main.displaced().get(0).sha256();
            Document one = new Desired(
                            "test.x", "1.0.0", digest, Desired.ENABLED, "kept/test", false, java.util.List.of())
                    .toDocument();
            assertThat(store.compareAndSet("x@1.0.0", RegistryStore.ABSENT, one))
                    .isPresent();
            await("it came", () -> runtime.host.call("x", "[1,2)").equals("one"));

            write("x", wanted -> wanted.marked("1.0.0", Stage.BETA, version -> true));
            await("marked", () -> runtime.host.call("x", "[1,2)").equals("none"));
            assertThat(runtime.host.call("x", "[1,2) beta")).isEqualTo("one");
            Document settings = Document.object("i", Document.object(Map.of()));
            write("x", wanted -> Desired.of(wanted.toDocument().with("settings", settings)));
            await(
                    "settings",
                    () -> runtime.host.set().revisions().get(0).settings().equals(settings));
            assertThat(runtime.host.call("x")).isEqualTo("two");

            assertThat(store.compareAndSet("x@3.0.0", RegistryStore.ABSENT, one))
                    .isPresent();
            await(
                    "known",
                    () -> runtime.admin.find("x@3.0.0").isPresent()
                            && runtime.state("x@3.0.0") == PluginState.QUARANTINED);
            assertThat(runtime.status("x@3.0.0").cause()).isEqualTo("its archive is plugin [x] version [1.0.0]");

            for (String name : new String[] {"x@1.0.0", "x@3.0.0", "x"}) {
                store.compareAndSet(name, store.get(name).orElseThrow().revision(), Document.NULL);
            }
            await("gone", () -> runtime.admin.list().isEmpty());
            await("nothing is left", () -> runtime.plugins().isEmpty());
        }

        @Test
        @DisplayName("a version that does not come up leaves the old one in service, with the cause")
        void doesNotComeUp() throws Exception {
            start("sallyport.limit.reconcile.millis", "20");
            runtime.install(PluginJar.answering("x", "1.0.0", "one"));
            write("x", wanted -> wanted.replacedBy("9.0.0", "9".repeat(64), "elsewhere", Document.EMPTY_OBJECT));

            await("told", () -> runtime.why("x").contains("version [9.0.0] did not come into service"));
            assertThat(runtime.host.call("x")).isEqualTo("one");
            assertThat(runtime.state("x")).isEqualTo(PluginState.ACTIVE);
        }
    }

    @Test
    @DisplayName("is tried again when a start failed in a way that may pass, and told so")
    void again() throws Exception {
        start("sallyport.limit.again.millis", "30", "sallyport.limit.reconcile.millis", "10");
        AtomicInteger starts = new AtomicInteger();
        board.put("starts", starts);
        byte[] jar = PluginJar.action("x", "1.0.0", """
                @Activate void start() {
                    Object starts = ((Map<?, ?>) System.getProperties().get("%s")).get("starts");
                    if (((java.util.concurrent.atomic.AtomicInteger) starts).incrementAndGet() < 3) {
                        throw new IllegalStateException("the disk is not there");
                    }
                }
                """.formatted(BOARD), "return Document.of(\"at last\");")
                .build();

        failure("failed_start", () -> runtime.install(jar));

        await("in service", () -> runtime.host.call("x").equals("at last"));
        await("it is shown", () -> runtime.state("x") == PluginState.ACTIVE);
        assertThat(starts).hasValue(3);
    }

    @Test
    @DisplayName("is tried again so often only, and then left until somebody does something")
    void notForEver() throws Exception {
        start("sallyport.limit.again.millis", "1", "sallyport.limit.reconcile.millis", "1");
        AtomicInteger starts = new AtomicInteger();
        board.put("starts", starts);
        byte[] jar = PluginJar.action("x", "1.0.0", """
                @Activate void start() {
                    Object starts = ((Map<?, ?>) System.getProperties().get("%s")).get("starts");
                    ((java.util.concurrent.atomic.AtomicInteger) starts).incrementAndGet();
                    throw new IllegalStateException("never");
                }
                """.formatted(BOARD), "return Document.NULL;")
                .build();

        failure("failed_start", () -> runtime.install(jar));

        await("all tries", () -> starts.get() == 1 + Backoff.MAX_TRIES);
        await(
                "no more",
                () -> runtime.state("x") == PluginState.QUARANTINED
                        && !runtime.why("x").contains("tried again by itself"));
        runtime.install(PluginJar.answering("other", "1.0.0", "other"));
        assertThat(starts).hasValue(1 + Backoff.MAX_TRIES);
    }

    @Test
    @DisplayName("is shown step by step on the way into service")
    void steps() throws Exception {
        start("sallyport.gates", "archive,manifest,watch");
        Map<String, PluginState> seen = new ConcurrentHashMap<>();
        UnaryOperator<String> note = at -> {
            runtime.admin.find("x").ifPresent(status -> seen.put(at, status.state()));
            return at;
        };
        AdmissionGate gate = new AdmissionGate() {
            @Override
            public String name() {
                return "watch";
            }

            @Override
            public Verdict check(Candidate candidate) {
                note.apply("gate");
                return Verdict.PASSED;
            }
        };
        runtime.context.registerService(AdmissionGate.class, gate, null);
        SynchronousBundleListener listener = event -> {
            if (event.getType() == BundleEvent.RESOLVED) {
                note.apply("resolved");
            } else if (event.getType() == BundleEvent.STARTING) {
                note.apply("starting");
            }
        };
        runtime.context.addBundleListener(listener);

        // A plugin is known by its id when its manifest was read, so at first nothing is shown of it at the gates.
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        assertThat(seen)
                .containsEntry("resolved", PluginState.VERIFIED)
                .containsEntry("starting", PluginState.STARTING)
                .doesNotContainKey("gate");
        RegistryStore store = runtime.service(RegistryStore.class);
        assertThat(store.all()).containsKey("x");
        runtime.admin.disable("x");
        seen.clear();
        runtime.admin.enable("x");
        assertThat(seen)
                .containsEntry("resolved", PluginState.VERIFIED)
                .containsEntry("starting", PluginState.STARTING);
        runtime.context.removeBundleListener(listener);
    }
}
