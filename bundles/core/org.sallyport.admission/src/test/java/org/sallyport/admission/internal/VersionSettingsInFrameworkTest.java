package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.admission.internal.TestRuntime.await;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.plugin.PluginSettings;

@DisplayName("In a framework, the settings of a version")
class VersionSettingsInFrameworkTest {
    @TempDir
    Path home;

    private TestRuntime runtime;

    /** What versions work with, and what is configured. */
    private final Map<String, Document> inForce = new ConcurrentHashMap<>();

    private volatile Document configured = Document.EMPTY_OBJECT;

    @BeforeEach
    void start() throws Exception {
        runtime = TestRuntime.start(home, "sallyport.limit.probation.millis", "60000");
        runtime.context.registerService(
                PluginSettings.class,
                new PluginSettings() {
                    @Override
                    public Document inForce(String name) {
                        return inForce.getOrDefault(runtime.status(name).version(), Document.EMPTY_OBJECT);
                    }

                    @Override
                    public Document configured(Collection<String> instances) {
                        Map<String, Document> found = new HashMap<>(configured.members());
                        found.keySet().retainAll(instances);
                        return Document.object(found);
                    }
                },
                null);
        inForce.put("1.0.0", json("{'x':{'global':{'a':1},'servers':{'s':{'a':2}}},'x~gone':{'global':{'a':3}}}"));
        configured = json("{'x':{'global':{'b':1},'servers':{'s':{'a':2}}},'x~new':{'global':{'b':9}}}");
        inForce.put("2.0.0", configured);
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        runtime.install(PluginJar.answering("x", "2.0.0", "two"));
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
    }

    private static Document json(String text) throws Exception {
        return Json.read(text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Document carried() {
        return runtime.host.set().revisions().get(0).settings();
    }

    private String goBack(String... more) throws Exception {
        Map<String, String> values = new HashMap<>(Map.of("id", "x"));
        for (String flag : more) {
            values.put(flag, "true");
        }
        return Rendering.document(runtime.verbs().get("plugin:rollback").run(new Arguments(values, home)))
                .toJson();
    }

    @Test
    @DisplayName("come back with it where others are configured since, which --dry-run says; forward again those count")
    void rollback() throws Exception {
        assertThat(carried()).isEqualTo(Document.EMPTY_OBJECT);
        assertThat(goBack("dry-run"))
                .contains(
                        "\"settings\":[\"[x] has the settings that it had in version [1.0.0]: [a] in place of [b], which is"
                                + " configured now. That counts again as soon as it is changed\"]");
        assertThat(carried()).isEqualTo(Document.EMPTY_OBJECT);

        goBack();
        Document back = json("{'x':{'global':{'was':{'a':1},'instead':{'b':1}}}}");
        assertThat(carried()).isEqualTo(back);
        assertThat(runtime.why("x")).contains("[x] has the settings that it had in version [1.0.0]");
        runtime.close();
        runtime = TestRuntime.start(home);
        assertThat(carried()).isEqualTo(back);

        runtime.context.registerService(
                PluginSettings.class,
                new PluginSettings() {
                    @Override
                    public Document inForce(String name) {
                        return Document.EMPTY_OBJECT;
                    }

                    @Override
                    public Document configured(Collection<String> instances) {
                        return configured;
                    }
                },
                null);
        goBack();
        assertThat(runtime.host.call("x")).isEqualTo("two");
        assertThat(carried()).as("as configured").isEqualTo(Document.EMPTY_OBJECT);
    }

    @Test
    @DisplayName("come back with it when the version after it is taken back in probation")
    void probation() throws Exception {
        runtime.faults.quarantine("x", "it eats threads");
        await("version 1 serves", () -> runtime.host.call("x").equals("one"));
        assertThat(carried()).isEqualTo(json("{'x':{'global':{'was':{'a':1},'instead':{'b':1}}}}"));
    }

    @Test
    @DisplayName("do not come back if the same are configured still, nor with other bytes that are installed")
    void same() throws Exception {
        configured = inForce.get("1.0.0");
        assertThat(goBack("dry-run")).contains("\"settings\":[]");
        configured = inForce.get("2.0.0");
        runtime.install(PluginJar.answering("x", "1.0.0", "one"));
        assertThat(runtime.host.call("x")).isEqualTo("one");
        assertThat(carried()).isEqualTo(Document.EMPTY_OBJECT);
    }

    @Test
    @DisplayName("are remembered up to a bound")
    void bound() throws Exception {
        int frame = json("{'x':{'global':{'a':''}}}").toJson().length();
        for (int over = 0; over < 2; over++) {
            Document large = Document.of("y".repeat(VersionSettings.MAX - frame + over));
            inForce.put(
                    "2.0.0",
                    Document.EMPTY_OBJECT.with(
                            "x", json("{'global':{}}").with("global", json("{}").with("a", large))));
            String version = "3.0." + over;
            runtime.install(PluginJar.answering("x", version, "three"));
            assertThat(goBack("dry-run")).contains(over == 0 ? "\"settings\":[\"[x] has" : "\"settings\":[]");
            goBack();
        }
    }
}
