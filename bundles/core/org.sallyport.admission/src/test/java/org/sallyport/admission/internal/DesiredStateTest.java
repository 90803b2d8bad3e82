package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.admission.internal.Desired.Displaced;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;

@DisplayName("What is wanted of a plugin")
class DesiredStateTest {
    private static final Desired WANTED = new Desired(
            "test.x",
            "1.0.0",
            "aa",
            Desired.DISABLED,
            "deploy/x.jar",
            true,
            List.of(new Displaced("0.9.0", "bb", "shell")));

    private final MapStore store = new MapStore();
    private final DesiredState state = new DesiredState(store);

    @Test
    @DisplayName("is the same after it was written and read")
    void roundTrip() throws Exception {
        state.set("x", WANTED);
        state.set("y.z", WANTED.with(Desired.ENABLED).from("shipped"));

        assertThat(state.get("x")).isEqualTo(Optional.of(WANTED));
        assertThat(state.all()).containsOnlyKeys("x", "y.z").containsEntry("x", WANTED);
        assertThat(Desired.of(WANTED.toDocument())).isEqualTo(WANTED);
        assertThat(state.get("nobody")).isEmpty();
    }

    @Test
    @DisplayName("is kept apart from other keys of the registry, and can be removed")
    void keys() throws Exception {
        state.set("x", WANTED);
        store.compareAndSet("deploy/x.jar", 0, Document.of("other"));
        store.compareAndSet("state/x", 0, Document.of("other"));

        assertThat(state.all()).containsOnlyKeys("x");
        state.remove("x");
        state.remove("x");
        assertThat(state.all()).isEmpty();
        assertThat(store.all()).hasSize(2);
    }

    @Test
    @DisplayName("is written although others are faster, and a registry that fails is told in words")
    void failures() {
        store.faster = 2;
        state.set("x", WANTED);
        assertThat(state.get("x")).isEqualTo(Optional.of(WANTED));

        store.broken = true;
        assertThat(failure(() -> state.set("x", WANTED)))
                .isEqualTo("The registry could not be written, so nothing was changed: the disk is gone");
        assertThat(failure(() -> state.get("x"))).isEqualTo("The registry could not be read: the disk is gone");
        assertThat(failure(state::all)).isEqualTo("The registry could not be read: the disk is gone");
    }

    @Test
    @DisplayName("remembers the five versions before, newest first, each once")
    void displaced() {
        Desired wanted = WANTED;
        for (int i = 0; i < 7; i++) {
            wanted = wanted.replacedBy("2." + i + ".0", "c" + i, "shell");
        }
        assertThat(wanted.displaced())
                .extracting(Displaced::version)
                .containsExactly("2.5.0", "2.4.0", "2.3.0", "2.2.0", "2.1.0");

        Desired back = wanted.replacedBy("2.4.0", "c4", "shell");
        assertThat(back.displaced())
                .extracting(Displaced::version)
                .containsExactly("2.6.0", "2.5.0", "2.3.0", "2.2.0", "2.1.0");
    }

    @Test
    @DisplayName("stays disabled over a new version, and is enabled by one after it was uninstalled")
    void modes() {
        assertThat(WANTED.replacedBy("2.0.0", "cc", "shell").mode()).isEqualTo(Desired.DISABLED);
        assertThat(WANTED.with(Desired.ABSENT)
                        .replacedBy("2.0.0", "cc", "shell")
                        .mode())
                .isEqualTo(Desired.ENABLED);
    }

    @Test
    @DisplayName("remembers that it ever was shipped")
    void shipped() {
        Desired other = new Desired("s", "1.0.0", "aa", Desired.ENABLED, "shell", false, List.of());

        assertThat(other.replacedBy("2.0.0", "bb", "shell").shipped()).isFalse();
        assertThat(other.replacedBy("2.0.0", "bb", Desired.SHIPPED).shipped()).isTrue();
        assertThat(WANTED.replacedBy("2.0.0", "bb", "shell").shipped()).isTrue();
        assertThat(other.alsoShipped().shipped()).isTrue();
    }

    @Test
    @DisplayName("is readable from a document that lacks all of it")
    void empty() {
        assertThat(Desired.of(Document.object(Map.of())))
                .isEqualTo(new Desired("", "", "", Desired.ENABLED, "", false, List.of()));
    }

    private static String failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PluginException failed = catchThrowableOfType(PluginException.class, call);
        assertThat(failed.code()).isEqualTo("registry_failed");
        return failed.getMessage();
    }

    @Test
    @DisplayName("goes back version by version, keeps what it went back from, and says that it did")
    void rollback() {
        Desired three = new Desired("test.x", "1", "a", Desired.ENABLED, "shell", false, List.of())
                .replacedBy("2", "b", "deploy/x.jar")
                .replacedBy("3", "c", "deploy/x.jar");

        Desired two = three.rolledBackTo(three.displaced().get(0));
        assertThat(two.version()).isEqualTo("2");
        assertThat(two.origin()).isEqualTo("rollback/deploy/x.jar");
        assertThat(two.displaced()).extracting(Displaced::version).containsExactly("1", "3");
        assertThat(two.leavesLying("c", "deploy/x.jar")).isTrue();
        Desired one = two.rolledBackTo(two.displaced().get(0));
        assertThat(one.version()).isEqualTo("1");
        assertThat(one.displaced()).extracting(Displaced::version).containsExactly("3", "2");
        Desired again = one.rolledBackTo(one.displaced().get(1));
        assertThat(again.origin()).isEqualTo("rollback/deploy/x.jar");
        assertThat(three.with(Desired.ABSENT)
                        .rolledBackTo(three.displaced().get(0))
                        .mode())
                .isEqualTo(Desired.ENABLED);
        assertThat(three.with(Desired.DISABLED)
                        .rolledBackTo(three.displaced().get(0))
                        .mode())
                .isEqualTo(Desired.DISABLED);
    }

    @Test
    @DisplayName("is told before it is written, and not written if that fails")
    void ahead() {
        DesiredState watched = new DesiredState(store, (id, value) -> {
            if (id.equals("bad")) {
                throw new PluginException("journal_failed", "no");
            }
        });
        watched.set("x", WANTED);
        assertThat(watched.raw("x")).isEqualTo(WANTED.toDocument());
        assertThat(catchThrowableOfType(PluginException.class, () -> watched.set("bad", WANTED)))
                .hasMessage("no");
        assertThat(watched.raw("bad")).isEqualTo(Document.NULL);
    }
}
