package org.sallyport.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.testkit.TestJson.quoted;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;

@DisplayName("What the test kit gives a plugin")
class TestContextTest {
    @TempDir
    private Path folder;

    private static final PluginAction ECHO = new PluginAction() {
        @Override
        public String name() {
            return "echo";
        }

        @Override
        public String description() {
            return "Gives back what it got.";
        }

        @Override
        public Document parameters() {
            return Document.EMPTY_OBJECT;
        }

        @Override
        public Document run(Document arguments, ActionCall call) {
            return arguments;
        }
    };

    @Test
    @DisplayName("runs an offered command until its registration is closed")
    void commands() throws Exception {
        try (TestContext context = new TestContext(folder)) {
            AutoCloseable registration = context.commands().register(ECHO);

            assertThat(context.run("echo", quoted("{'a':1}"))).isEqualTo(quoted("{'a':1}"));
            assertThatThrownBy(() -> context.commands().register(ECHO))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.code()).isEqualTo("duplicate_command"));

            registration.close();
            assertThatThrownBy(() -> context.run("echo", Document.EMPTY_OBJECT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @DisplayName("keeps values apart by scope, and removes what is set to null")
    void storage() {
        try (TestContext context = new TestContext(folder)) {
            Storage storage = context.storage(Scope.server("a"));
            storage.put("k1", Document.of(1));
            storage.put("k2", Document.of(2));
            storage.update("k1", before -> Document.of(before.asLong(0) + 10));
            storage.put("k2", Document.NULL);

            assertThat(storage.get("k1")).contains(Document.of(11));
            assertThat(storage.keys("k")).containsExactly("k1");
            assertThat(context.storage(Scope.GLOBAL).get("k1")).isEmpty();
        }
    }

    @Test
    @DisplayName("has the bounds of the real storage at their edge")
    void bounds() {
        try (TestContext context = new TestContext(folder)) {
            Storage storage = context.storage(Scope.GLOBAL);
            String longest = "k".repeat(Storage.MAX_KEY);
            Document largest = Document.of("v".repeat(Storage.MAX_VALUE - 2));
            storage.put(longest, largest);

            assertThat(storage.get(longest)).contains(largest);
            assertThatThrownBy(() -> storage.get(longest + "k")).isInstanceOf(PluginException.class);
            assertThatThrownBy(() -> storage.put("", largest)).isInstanceOf(PluginException.class);
            assertThatThrownBy(() -> storage.put("k", Document.of(largest.text("") + "v")))
                    .isInstanceOfSatisfying(
                            PluginException.class, e -> assertThat(e.code()).isEqualTo("storage_quota"));
        }
    }

    @Test
    @DisplayName("refuses what needs a running host by a sentence")
    void needsHost() {
        try (TestContext context = new TestContext(folder)) {
            assertThatThrownBy(context::hooks).hasMessageContaining("need a running host");
        }
    }

    @Test
    @DisplayName("lets an instance remember 16 keys in an exchange, as a host does")
    void memory() {
        TestExchange exchange = new TestExchange("srv", Duration.ZERO);
        for (int i = 0; i < 16; i++) {
            exchange.remember("k" + i, Document.of(i));
        }
        exchange.remember("k3", Document.of(30));

        assertThat(exchange.recall("k3")).isEqualTo(Document.of(30));
        assertThatThrownBy(() -> exchange.remember("one more", Document.NULL))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("expands what cases write short, at any depth")
    void expands() {
        assertThat(TestJson.expand(quoted("[{'a':{'$concat':['x',{'$repeat':['ab',2]}]}},3]")))
                .isEqualTo(quoted("[{'a':'xabab'},3]"));
    }
}
