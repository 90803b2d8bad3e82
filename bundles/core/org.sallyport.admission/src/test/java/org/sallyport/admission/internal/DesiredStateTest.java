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
import org.sallyport.api.plugin.Stage;

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

    private static final Document NONE = Document.EMPTY_OBJECT;

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
            wanted = wanted.replacedBy("2." + i + ".0", "c" + i, "shell", NONE);
        }
        assertThat(wanted.displaced())
                .extracting(Displaced::version)
                .containsExactly("2.5.0", "2.4.0", "2.3.0", "2.2.0", "2.1.0");

        Desired back = wanted.replacedBy("2.4.0", "c4", "shell", NONE);
        assertThat(back.displaced())
                .extracting(Displaced::version)
                .containsExactly("2.6.0", "2.5.0", "2.3.0", "2.2.0", "2.1.0");
    }

    @Test
    @DisplayName("stays disabled over a new version, and is enabled by one after it was uninstalled")
    void modes() {
        assertThat(WANTED.replacedBy("2.0.0", "cc", "shell", NONE).mode()).isEqualTo(Desired.DISABLED);
        assertThat(WANTED.with(Desired.ABSENT)
                        .replacedBy("2.0.0", "cc", "shell", NONE)
                        .mode())
                .isEqualTo(Desired.ENABLED);
    }

    @Test
    @DisplayName("remembers that it ever was shipped")
    void shipped() {
        Desired other = new Desired("s", "1.0.0", "aa", Desired.ENABLED, "shell", false, List.of());

        assertThat(other.replacedBy("2.0.0", "bb", "shell", NONE).shipped()).isFalse();
        assertThat(other.replacedBy("2.0.0", "bb", Desired.SHIPPED, NONE).shipped())
                .isTrue();
        assertThat(WANTED.replacedBy("2.0.0", "bb", "shell", NONE).shipped()).isTrue();
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
                .replacedBy("2", "b", "deploy/x.jar", NONE)
                .replacedBy("3", "c", "deploy/x.jar", NONE);

        Desired two = three.rolledBackTo(three.displaced().get(0), NONE, NONE);
        assertThat(two.version()).isEqualTo("2");
        assertThat(two.origin()).isEqualTo("rollback/deploy/x.jar");
        assertThat(two.displaced()).extracting(Displaced::version).containsExactly("1", "3");
        assertThat(two.leavesLying("c", "deploy/x.jar")).isTrue();
        Desired one = two.rolledBackTo(two.displaced().get(0), NONE, NONE);
        assertThat(one.version()).isEqualTo("1");
        assertThat(one.displaced()).extracting(Displaced::version).containsExactly("3", "2");
        Desired again = one.rolledBackTo(one.displaced().get(1), NONE, NONE);
        assertThat(again.origin()).isEqualTo("rollback/deploy/x.jar");
        assertThat(three.with(Desired.ABSENT)
                        .rolledBackTo(three.displaced().get(0), NONE, NONE)
                        .mode())
                .isEqualTo(Desired.ENABLED);
        assertThat(three.with(Desired.DISABLED)
                        .rolledBackTo(three.displaced().get(0), NONE, NONE)
                        .mode())
                .isEqualTo(Desired.DISABLED);
    }

    @Test
    @DisplayName("keeps with each version what it worked with, and what came back with the present one")
    void settings() {
        Document one = Document.EMPTY_OBJECT.with("x", Document.of("one"));
        Document two = Document.EMPTY_OBJECT.with("x", Document.of("two"));
        Document back = Document.EMPTY_OBJECT.with("x", Document.of("back"));

        Desired second = WANTED.replacedBy("2", "c2", "shell", one);
        assertThat(second.settings()).isEqualTo(NONE);
        assertThat(second.displaced().get(0).settings()).isEqualTo(one);
        Desired first = second.rolledBackTo(second.displaced().get(0), two, back);
        assertThat(first.settings()).isEqualTo(back);
        assertThat(first.displaced()).last().extracting(Displaced::settings).isEqualTo(two);
        assertThat(first.with(Desired.DISABLED).from("x").alsoShipped().settings())
                .isEqualTo(back);
        state.set("x", first);
        assertThat(state.get("x")).contains(first);
        assertThat(first.replacedBy("3", "c3", "shell", back).settings()).isEqualTo(NONE);
    }

    @Test
    @DisplayName("keeps the marks of versions that are known, over all changes; one of a newer release counts as none")
    void marks() {
        Desired marked = WANTED.marked("1.0.0", Stage.BETA, version -> true)
                .marked("2.0.0", Stage.DEPRECATED, version -> true)
                .marked("3.0.0", Stage.STABLE, version -> !version.equals("2.0.0"));
        Desired later =
                marked.replacedBy("4", "c4", "shell", NONE).with(Desired.ABSENT).from("y");
        Desired last = later.rolledBackTo(later.displaced().get(0), NONE, NONE).alsoShipped();

        assertThat(last.marks()).isEqualTo(java.util.Map.of("1.0.0", Stage.BETA, "3.0.0", Stage.STABLE));
        assertThat(Desired.of(last.toDocument())).isEqualTo(last);
        assertThat(Desired.of(last.toDocument()
                                .with("marks", last.toDocument().get("marks").with("1.0.0", Document.of("ALPHA"))))
                        .marks())
                .containsOnlyKeys("3.0.0");
    }

    @Test
    @DisplayName("was switched off with another one until it is switched by itself, whatever else changes")
    void carrier() {
        Desired carried = WANTED.carriedBy("library").marked("1.0.0", Stage.BETA, version -> true);

        assertThat(carried.carrier()).isEqualTo("library");
        assertThat(Desired.of(carried.toDocument())).isEqualTo(carried);
        Desired later = carried.replacedBy("2", "c2", "shell", NONE).from("y").alsoShipped();
        assertThat(later.carrier()).isEqualTo("library");
        assertThat(later.rolledBackTo(later.displaced().get(0), NONE, NONE).carrier())
                .isEqualTo("library");
        assertThat(later.with(Desired.ENABLED).carrier()).isEmpty();
        assertThat(later.carriedBy("other").marks()).isEqualTo(carried.marks());
    }

    @Test
    @DisplayName("is known also of versions beside the main one, and of nothing that only looks so")
    void beside() throws Exception {
        state.set("x@1.0.0", WANTED);
        state.set("x.y@1.0.0.rc-1", WANTED);
        for (String other : List.of("x@", "x@1", "x@1.0.0@2.0.0", "@1.0.0", "X@1.0.0", "deploy/x@1.0.0", "x@one")) {
            store.compareAndSet(other, 0, WANTED.toDocument());
        }
        assertThat(state.all()).containsOnlyKeys("x@1.0.0", "x.y@1.0.0.rc-1");
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
