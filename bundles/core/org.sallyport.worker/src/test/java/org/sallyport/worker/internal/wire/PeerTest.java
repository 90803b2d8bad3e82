package org.sallyport.worker.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.HookCall;
import org.sallyport.api.plugin.HealthReporter;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Storage;

@DisplayName("Two sides")
class PeerTest {
    private static final HookCall CALL = () -> "hook";

    private Talk talk;

    @BeforeEach
    void open() throws Exception {
        talk = new Talk();
    }

    @AfterEach
    void close() {
        talk.close();
    }

    @SuppressWarnings("unchecked")
    private <T> T remote(Class<T> contract, T object) {
        int handle = talk.child.export(object, List.of(contract));
        return (T) talk.host.direct(handle, List.of(contract));
    }

    /** A storage in memory that changes values through whoever asks. */
    private static final class Memory implements Storage {
        private final Map<String, Document> values = new ConcurrentHashMap<>();

        @Override
        public Optional<Document> get(String key) {
            return Optional.ofNullable(values.get(key));
        }

        @Override
        public void put(String key, Document value) {
            values.put(key, value);
        }

        @Override
        public void remove(String key) {
            values.remove(key);
        }

        @Override
        public Document update(String key, UnaryOperator<Document> change) {
            return values.compute(key, (name, old) -> change.apply(old == null ? Document.NULL : old));
        }

        @Override
        public List<String> keys(String prefix) {
            return List.copyOf(values.keySet());
        }
    }

    @Test
    @DisplayName("call objects of each other, back and forth in one call")
    void backAndForth() {
        Storage storage = remote(Storage.class, new Memory());
        storage.put("k", Document.of(1));

        assertThat(storage.get("k")).contains(Document.of(1));
        assertThat(storage.get("none")).isEmpty();
        assertThat(storage.update(
                        "k", old -> Document.of(old.asLong(0) + storage.keys("").size())))
                .isEqualTo(Document.of(2));
        assertThat(storage.keys("")).containsExactly("k");
        assertThat(talk.host.exported()).as("objects lent for a call").isZero();
    }

    @Test
    @DisplayName("tell each other what was thrown, by its kind")
    void thrown() throws Exception {
        FilterHandler<String> thrower = remote(FilterHandler.class, (FilterHandler<String>) (what, call) -> {
            switch (what) {
                case "plugin":
                    throw new PluginException("some_code", "said");
                case "settings":
                    throw new SettingsException("/a", "said");
                case "error":
                    throw new StackOverflowError();
                case "silent":
                    throw new IllegalArgumentException() {
                        @Override
                        public String getMessage() {
                            throw new IllegalStateException();
                        }
                    };
                case "long":
                    throw new IllegalStateException("x".repeat(1_000_000));
                default:
                    return what + " " + call.hook();
            }
        });

        assertThatThrownBy(() -> thrower.filter("plugin", CALL))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("some_code"))
                .hasMessage("said");
        assertThatThrownBy(() -> thrower.filter("settings", CALL))
                .isInstanceOfSatisfying(
                        SettingsException.class, e -> assertThat(e.path()).isEqualTo("/a"));
        assertThatThrownBy(() -> thrower.filter("error", CALL)).hasMessageContaining("java.lang.StackOverflowError");
        assertThatThrownBy(() -> thrower.filter("silent", CALL)).hasMessage("its message cannot be read");
        assertThatThrownBy(() -> thrower.filter("long", CALL)).hasMessage("x".repeat(Failure.MAX_TEXT));
        assertThat(thrower.filter("well", CALL)).isEqualTo("well hook");
    }

    @Test
    @DisplayName("refuse values that do not go over before anything is sent, and go on")
    void unsupported() throws Exception {
        FilterHandler<Object> echo = remote(FilterHandler.class, (FilterHandler<Object>)
                (value, call) -> value.equals("bad") ? new StringBuilder() : value);

        assertThatThrownBy(() -> echo.filter(new StringBuilder(), CALL))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("unsupported_value"));
        assertThatThrownBy(() -> echo.filter("bad", CALL)).hasMessageContaining("does not go between host and worker");
        assertThatThrownBy(() -> echo.filter("x".repeat(Lane.MAX_FRAME), CALL))
                .hasMessageContaining("it is larger than");
        assertThat(echo.filter(List.of(1, "a"), CALL)).isEqualTo(List.of(1, "a"));
        assertThat(talk.broken.get()).isNull();
    }

    @Test
    @DisplayName("call nothing that was not handed out, or by another interface")
    void notHandedOut() {
        int handle = talk.child.export(
                (HealthReporter) () -> new HealthReporter.Health(true, ""), List.of(HealthReporter.class));
        Storage wrong = (Storage) talk.host.direct(handle, List.of(Storage.class));
        HealthReporter none = (HealthReporter) talk.host.direct(handle + 1, List.of(HealthReporter.class));

        assertThatThrownBy(() -> wrong.keys("")).hasMessageContaining("not there any more");
        assertThatThrownBy(none::health).hasMessageContaining("not there any more");
        assertThat(((HealthReporter) talk.host.direct(handle, List.of(HealthReporter.class)))
                        .health()
                        .healthy())
                .isTrue();
        talk.host.released(handle);
        assertThatThrownBy(none::health).isInstanceOf(PluginException.class);
        assertThat(talk.child.exported()).isZero();
    }

    @Test
    @DisplayName("hand out so many objects and no more")
    void objects() {
        HealthReporter any = () -> new HealthReporter.Health(true, "");
        for (int i = 0; i < Peer.MAX_OBJECTS; i++) {
            talk.child.export(any, List.of(HealthReporter.class));
        }
        assertThatThrownBy(() -> talk.child.export(any, List.of(HealthReporter.class)))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("too_many_objects"));
    }

    @Test
    @DisplayName("call each other within one another so often and no more")
    void nesting() {
        Storage storage = remote(Storage.class, new Memory());
        assertThatThrownBy(() -> dig(storage, 100)).isInstanceOf(RuntimeException.class);
    }

    private static Document dig(Storage storage, int left) {
        return storage.update("k" + left, old -> left == 0 ? Document.TRUE : dig(storage, left - 1));
    }
}
