package org.sallyport.gateway.internal.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.config.Settings;
import org.sallyport.api.config.SettingsException;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Scope;
import org.sallyport.gateway.internal.rpc.Era;
import org.sallyport.spi.config.SettingsFactory;
import org.sallyport.spi.plugin.Contribution;
import org.sallyport.spi.plugin.PluginDescriptor;
import org.sallyport.spi.plugin.PluginFaults;
import org.sallyport.spi.plugin.PluginSet;

@DisplayName("A plugin as a server")
class PluginUpstreamTest {
    private final PluginTools tools = new PluginTools();
    private final RecordingInbox inbox = new RecordingInbox();

    @AfterEach
    void end() {
        tools.close();
        assertThat(inbox.overlaps).hasValue(0);
    }

    private record Action(String name, Function<Document, Document> work) implements PluginAction {
        @Override
        public String description() {
            return "does " + name;
        }

        @Override
        public Document parameters() {
            return Document.EMPTY_OBJECT;
        }

        @Override
        public Document run(Document arguments, ActionCall call) {
            return work.apply(arguments);
        }
    }

    private record Brought(PluginDescriptor plugin, PluginAction service) implements Contribution<PluginAction> {
        @Override
        public String handler() {
            return "h";
        }

        @Override
        public Map<String, Object> properties() {
            return Map.of();
        }

        @Override
        public String settingsSchema() {
            return "{}";
        }
    }

    private record Plugins(List<Contribution<PluginAction>> actions) implements PluginSet {
        @Override
        public long generation() {
            return 1;
        }

        @Override
        public List<PluginDescriptor> plugins() {
            return List.of();
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> List<Contribution<T>> contributions(Class<T> contract) {
            return (List<Contribution<T>>) (List<?>) actions;
        }

        @Override
        public Optional<PluginDescriptor> find(String idOrAlias) {
            return Optional.empty();
        }
    }

    private static PluginSet plugins(String version, Action... actions) {
        PluginDescriptor descriptor = (PluginDescriptor) Proxy.newProxyInstance(
                PluginUpstreamTest.class.getClassLoader(),
                new Class<?>[] {PluginDescriptor.class},
                (proxy, method, arguments) ->
                        method.getName().equals("id") ? new PluginId("mine") : Version.parseVersion(version));
        List<Contribution<PluginAction>> brought = new ArrayList<>();
        for (Action action : actions) {
            brought.add(new Brought(descriptor, action));
        }
        return new Plugins(brought);
    }

    private Upstream.Link begin(Map<String, Object> more) {
        var values = new java.util.HashMap<String, Object>(Map.of("plugin", "mine"));
        values.putAll(more);
        Upstream.Link link = new PluginUpstream(Given.settings(values), tools).open(Era.LEGACY, inbox);
        link.send(Given.initialize(1));
        link.send(Given.initialized());
        return link;
    }

    private Document call(Upstream.Link link, int id, String tool, String arguments) {
        link.send(Given.call(id, tool, arguments));
        return inbox.answer(Integer.toString(id)).document();
    }

    @Test
    @DisplayName("lists its actions as tools and says who it is")
    void lists() {
        tools.switchTo(
                plugins("1.2.3", new Action("b", a -> a), new Action("a", a -> a), new Action("no name", a -> a)));
        Upstream.Link link = begin(Map.of());
        link.send(Given.frame("{'jsonrpc':'2.0','id':2,'method':'tools/list'}"));

        assertThat(inbox.answer("1").document().at("result", "serverInfo").toJson())
                .isEqualTo("{\"name\":\"mine\",\"version\":\"1.2.3\"}");
        assertThat(inbox.answer("2").document().get("result").toJson())
                .isEqualTo(
                        "{\"tools\":[{\"name\":\"a\",\"description\":\"does a\",\"inputSchema\":{\"type\":\"object\"}},"
                                + "{\"name\":\"b\",\"description\":\"does b\",\"inputSchema\":{\"type\":\"object\"}}]}");
    }

    @ParameterizedTest
    @DisplayName("negotiates the revision")
    @CsvSource({"2024-11-05,2024-11-05", "2025-11-25,2025-11-25", "2099-01-01,2025-11-25"})
    void revisions(String wanted, String agreed) {
        Upstream.Link link =
                new PluginUpstream(Given.settings(Map.of("plugin", "mine")), tools).open(Era.LEGACY, inbox);
        link.send(Given.frame(
                "{'jsonrpc':'2.0','id':1,'method':'initialize','params':{'protocolVersion':'" + wanted + "'}}"));

        assertThat(inbox.answer("1").document().at("result", "protocolVersion").text(""))
                .isEqualTo(agreed);
    }

    @Test
    @DisplayName("gives results as they are if they have content, else as text and structured")
    void results() {
        Document content = Document.object("content", Document.EMPTY_ARRAY);
        tools.switchTo(plugins("1", new Action("own", a -> content), new Action("plain", a -> a)));
        Upstream.Link link = begin(Map.of());

        assertThat(call(link, 2, "own", "{}").get("result")).isEqualTo(content);
        Document plain = call(link, 3, "plain", "{'x':1}").get("result");
        assertThat(plain.get("structuredContent").toJson()).isEqualTo("{\"x\":1}");
        assertThat(plain.get("content").get(0).get("text").text("")).isEqualTo("{\"x\":1}");
    }

    @Test
    @DisplayName("turns what goes wrong into results that say so, and goes on")
    void failures() {
        tools.switchTo(plugins(
                "1",
                new Action("known", a -> {
                    throw new PluginException("no_note", "There is none");
                }),
                new Action("broken", a -> {
                    throw new IllegalStateException("inner secret");
                }),
                new Action("deep", a -> {
                    throw new StackOverflowError();
                }),
                new Action("linkage", a -> {
                    throw new NoClassDefFoundError("x");
                }),
                new Action("nothing", a -> null)));
        Upstream.Link link = begin(Map.of());

        assertThat(call(link, 2, "known", "{}").toJson())
                .contains("no_note: There is none")
                .contains("\"isError\":true");
        assertThat(call(link, 3, "broken", "{}").toJson()).contains("failed: ").doesNotContain("inner secret");
        assertThat(call(link, 4, "deep", "{}").toJson()).contains("StackOverflowError");
        assertThat(call(link, 5, "linkage", "{}").toJson()).contains("NoClassDefFoundError");
        assertThat(call(link, 6, "nothing", "{}").toJson()).contains("gave no result");
    }

    @Test
    @DisplayName("refuses unknown tools, wrong arguments and methods it does not have")
    void refusals() {
        tools.switchTo(plugins("1", new Action("t", a -> a)));
        tools.schemas = new SettingsFactory() {
            @Override
            public List<SettingsException> check(String schema, Document settings) {
                return settings.has("bad") ? List.of(new SettingsException("/bad", "is not known")) : List.of();
            }

            @Override
            public Settings settings(String instance, Scope scope, Document settings) {
                throw new IllegalStateException();
            }
        };
        Upstream.Link link = begin(Map.of());
        link.send(Given.frame("{'jsonrpc':'2.0','id':9,'method':'prompts/list'}"));

        assertThat(call(link, 2, "other", "{}").at("error", "code").asLong(0)).isEqualTo(-32602);
        assertThat(call(link, 3, "t", "[]").at("error", "code").asLong(0)).isEqualTo(-32602);
        assertThat(call(link, 4, "t", "{'bad':1}").at("error", "message").text(""))
                .contains("/bad: is not known");
        assertThat(inbox.answer("9").document().at("error", "code").asLong(0)).isEqualTo(-32601);
    }

    @Test
    @DisplayName("finishes a call on the version it began with; the old one is drained after it, and clients are told")
    void swap() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        tools.switchTo(plugins("1", new Action("t", a -> {
            running.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Document.of("old");
        })));
        Upstream.Link link = begin(Map.of());
        link.send(Given.call(2, "t", "{}"));
        running.await();

        CompletableFuture<Void> drained = tools.switchTo(
                        plugins("2", new Action("t", a -> Document.of("new")), new Action("u", a -> a)))
                .toCompletableFuture();
        Document during = call(link, 3, "t", "{}");
        assertThat(drained).isNotDone();
        go.countDown();

        assertThat(during.toJson()).contains("new");
        assertThat(inbox.answer("2").document().toJson()).contains("old");
        assertThat(drained).succeedsWithin(java.time.Duration.ofSeconds(10));
        inbox.await(event -> event.contains("notifications/tools/list_changed"));
    }

    @Test
    @DisplayName("that hangs is answered for at the deadline, and taken out of service when it does so again and again")
    void hanging() {
        List<String> quarantined = new ArrayList<>();
        tools.faults = new PluginFaults() {
            @Override
            public void quarantine(String plugin, String cause) {
                quarantined.add(plugin);
            }

            @Override
            public void report(String plugin, String cause) {
                // What it failed at last is of no interest here.
            }
        };
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger began = new AtomicInteger();
        tools.switchTo(plugins("1", new Action("t", a -> {
            began.incrementAndGet();
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // It does not listen.
                }
            }
            return a;
        })));
        Upstream.Link link = begin(Map.of("request_timeout_millis", 100L));
        // On a busy machine the time may be over before the action began; that is not held against the plugin.
        for (int id = 2; began.get() < PluginTools.MAX_HANGING; id++) {
            assertThat(call(link, id, "t", "{}").toJson()).contains("timeout: ");
        }

        assertThat(quarantined).containsExactly("mine");
        never.countDown();
    }

    @Test
    @DisplayName("gives no answer to a call that was cancelled")
    void cancelled() {
        CountDownLatch began = new CountDownLatch(1);
        tools.switchTo(plugins(
                "1",
                new Action("t", a -> {
                    began.countDown();
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        // It was told to end.
                    }
                    return a;
                }),
                new Action("u", a -> a)));
        Upstream.Link link = begin(Map.of());
        link.send(Given.call(2, "t", "{}"));
        RecordingInbox.until(() -> began.getCount() == 0);
        link.send(Given.frame("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':2}}"));
        CompletableFuture<Void> drained =
                tools.switchTo(plugins("2", new Action("u", a -> a))).toCompletableFuture();

        assertThat(drained).succeedsWithin(java.time.Duration.ofSeconds(10));
        assertThat(inbox.events).noneMatch(event -> event.contains("\"id\":2"));
    }
}
