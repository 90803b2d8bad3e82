package org.sallyport.launcher.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.launcher.internal.guard.CallerFinder.Found;

/** Without an agent: the finder is called where a guarded method would. */
@DisplayName("In whose name something is done")
class CallerFinderTest {
    private final Domains domains = new Domains();
    private final CallerFinder finder =
            new CallerFinder(domains, Runtime.version().feature());
    private final Cage cage = new Cage();
    private Confined plugin;
    private Supplier<Object> through;

    /** Loaded by the cage: calls back from a frame of its own. */
    public static final class Caller implements Supplier<Object> {
        private final Supplier<Object> then;

        public Caller(Supplier<Object> then) {
            this.then = then;
        }

        @Override
        public Object get() {
            return then.get();
        }
    }

    private static final class Cage extends ClassLoader {
        Cage() {
            super(CallerFinderTest.class.getClassLoader());
        }

        Class<?> caller() throws Exception {
            byte[] bytes = GateDefiner.bytes(Caller.class);
            return defineClass(null, bytes, 0, bytes.length);
        }
    }

    @BeforeEach
    @SuppressWarnings("unchecked")
    void cage() throws Exception {
        plugin = domains.confine(cage, new PluginId("caged"), Acts.NOTHING);
        // The finder's own package stands at the top of each stack, as the guard's does; the test's classes are of it.
        through = (Supplier<Object>)
                cage.caller().getConstructor(Supplier.class).newInstance((Supplier<Object>) this::all);
    }

    private Found all() {
        return finder.all(false);
    }

    @Test
    @DisplayName("is said by the frames, and by the thread's creator")
    void frames() throws Exception {
        assertThat(((Found) through.get()).domains()).containsExactly(plugin);
        assertThat(all().isHost()).isTrue();

        CompletableFuture<Found> found = new CompletableFuture<>();
        Thread thread = new Thread(() -> found.complete(all()));
        domains.threads().started(thread, plugin, false);
        thread.start();

        assertThat(found.get().domains()).containsExactly(plugin);
        assertThat(domains.threads().owner(thread)).isSameAs(plugin);
    }

    @Test
    @DisplayName("is seen through reflection")
    void reflection() throws Exception {
        Method get = through.getClass().getMethod("get");

        assertThat(((Found) get.invoke(through)).domains()).containsExactly(plugin);
        assertThat(((Found) Optional.of(1).map(x -> through.get()).orElseThrow()).domains())
                .containsExactly(plugin);
    }

    @Test
    @DisplayName("knows classes by their loader")
    void kinds() {
        assertThat(domains.of(through.getClass())).isSameAs(plugin);
        assertThat(domains.of(String.class)).isEqualTo(Domains.Kind.JDK);
        assertThat(domains.of(Method.class)).isEqualTo(Domains.Kind.PLUMBING);
        assertThat(domains.of(ClassLoader.class)).isEqualTo(Domains.Kind.LOADER);
        assertThat(domains.of(org.apache.felix.framework.Felix.class)).isEqualTo(Domains.Kind.BOUNDARY);
        assertThat(domains.of(Test.class)).isEqualTo(Domains.Kind.HOST);
        assertThat(domains.of(Checker.class)).isEqualTo(Domains.Kind.GUARD);
        assertThat(domains.of((ClassLoader) null)).isNull();
    }

    @Test
    @DisplayName("does not depend on how a thread calls itself equal to another")
    void identity() {
        Thread liar = new Thread() {
            @Override
            public boolean equals(Object other) {
                return true;
            }

            @Override
            public int hashCode() {
                return 1;
            }
        };
        domains.threads().started(new Thread(), plugin, false);

        assertThat(domains.threads().owner(liar)).isNull();
    }

    @Test
    @DisplayName("counts the threads of a domain that are there, and not the one that is asked for")
    void counts() throws Exception {
        Thread ended = new Thread(() -> {});
        ended.start();
        ended.join();
        Thread fresh = new Thread();
        domains.threads().started(ended, plugin, false);
        domains.threads().started(fresh, plugin, false);
        domains.threads().started(new Thread(), plugin, true);

        assertThat(domains.threads().alive(plugin, new Thread(), false)).isEqualTo(1);
        assertThat(domains.threads().alive(plugin, fresh, false)).isZero();
        assertThat(domains.threads().alive(plugin, fresh, true)).isEqualTo(1);
    }

    @Test
    @DisplayName("is kept for a permission as long as the permissions are the same object")
    void kept() {
        int[] asked = {0};
        Need need = Need.of("x", "y", "z", granted -> ++asked[0] > 0);

        assertThat(plugin.has(need, () -> {})).isTrue();
        assertThat(plugin.has(need, () -> {})).isTrue();
        assertThat(asked[0]).isEqualTo(1);

        plugin.permissions(GuardedJvm.granted(java.util.List.of()));
        assertThat(plugin.has(need, () -> {})).isTrue();
        assertThat(asked[0]).isEqualTo(2);

        plugin.close();
        assertThat(plugin.has(need, () -> {})).isFalse();
    }
}
