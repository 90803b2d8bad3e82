package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.Message;
import org.sallyport.launcher.Sallyport;
import org.sallyport.spi.admin.Rendering;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.policy.PolicyEngine;

/** The bundle of a plugin type is replaced while the gateway's chain works, with all tiers in which its plugins may run. */
@DisplayName("The bundle of a plugin type")
class PluginTypeIT {
    @TempDir
    private Path folder;

    private Path home() {
        return folder.resolve("home");
    }

    private Sallyport start() throws Exception {
        Document all = Document.array(Document.of("*"));
        Signer.trust(
                home(),
                Document.object("tests", Signer.TESTS.publisher("internal", "*"))
                        .with("partner", PARTNER.publisher("partner", "*").with("consent", all)));
        return Sallyport.builder()
                .home(home())
                .configuration(
                        "{\"says\": {}, \"obedient\": {}, \"org.sallyport.policy\": {\"deadline.millis\": 30000}}")
                .property("sallyport.limit.start.millis", "60000")
                .property("sallyport.limit.probation.millis", "0")
                .start();
    }

    private static final Signer PARTNER = new Signer("partner");

    /** Says of which version the contract is that it was made with. */
    private static byte[] says() {
        return PluginJar.of("test.says", "1.0.0")
                .source("test.says.Plugin", """
                        package test.says;

                        import org.osgi.framework.FrameworkUtil;
                        import org.osgi.service.component.annotations.*;
                        import org.sallyport.api.config.Settings;
                        import org.sallyport.api.plugin.SallyportPlugin;
                        import org.sallyport.api.policy.*;
                        import org.sallyport.type.security.*;

                        @SallyportPlugin(id = "says", name = "Says", description = "Says what it is made with")
                        @Component
                        public class Plugin implements SecurityPlugin {
                            @Override
                            public SecurityFilter configure(Settings settings) {
                                String version = FrameworkUtil.getBundle(SecurityPlugin.class).getVersion().toString();
                                return call -> PolicyDecision.allow("type " + version, "said");
                            }
                        }
                        """)
                .build();
    }

    private static String said(Sallyport sallyport, String told) throws Exception {
        Document message = Json.read(
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"do\":\"" + told + "\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        PolicyEngine policy = sallyport.policy();
        return policy
                .pass(
                        policy.begin(new PolicyEngine.Party("", "session", "someone", "", false)),
                        new PolicyEngine.Inbound(Message.MCP, Message.REQUEST, "tools/call", message, 60),
                        Optional.empty())
                .toCompletableFuture()
                .get()
                .report()
                .stages()
                .stream()
                .map(stage -> stage.reason())
                .filter(reason -> reason.startsWith("type ") || reason.contains(" from "))
                .sorted()
                .reduce("", (one, other) -> one + "[" + other + "]");
    }

    private static String run(Sallyport sallyport, String verb, String... arguments) {
        return Rendering.document(sallyport.run("type", verb, arguments).orElseThrow())
                .toJson();
    }

    @Test
    @DisplayName(
            "is replaced under messages, with plugins in the host and in a process of their own; it stays after a restart")
    void update() throws Exception {
        Path next = Signer.TESTS.write(folder.resolve("next.jar"), NextType.jar("0.2.0"));
        try (Sallyport sallyport = start()) {
            Signer.TESTS.install(sallyport, says());
            PluginStatus worker = PARTNER.install(
                    sallyport, WorkerPlugins.obedient("obedient", "1.0.0").build());
            assertThat(worker.state().name()).as(worker.cause()).isEqualTo("ACTIVE");
            String before = "[hello from 1.0.0][type 0.1.0]";
            String after = "[hello from 1.0.0][type 0.2.0]";
            Await.until("all serve", () -> said(sallyport, "greet").equals(before));
            Queue<String> answers = new ConcurrentLinkedQueue<>();
            AtomicBoolean done = new AtomicBoolean();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Thread caller = new Thread(() -> {
                    while (!done.get()) {
                        try {
                            answers.add(said(sallyport, "greet"));
                        } catch (Exception e) {
                            answers.add(e.toString());
                        }
                    }
                });
                caller.start();
                callers.add(caller);
            }

            String changed = run(sallyport, "update", next.toString());
            Await.until("the next one serves", () -> answers.contains(after));
            done.set(true);
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(Set.copyOf(answers)).containsExactlyInAnyOrder(before, after);
            assertThat(changed)
                    .contains("\"name\":\"org.sallyport.type.security\",\"type\":\"security\"")
                    .contains("\"stops\":\"0.1.0\",\"starts\":\"0.2.0\"")
                    .contains("\"rewired\":[\"obedient\",\"says\"]");
            assertThat(run(sallyport, "list")).contains("\"version\":\"0.2.0\",\"origin\":\"shell/next.jar\"");
        }
        Path message = Files.writeString(
                folder.resolve("message.json"),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"do\":\"greet\"}}");
        assertThat(SallyportProcess.execute("policy", "eval", message.toString(), "--home", home().toString())
                        .output())
                .as("on a copy of the home")
                .contains("type 0.2.0");
        try (Sallyport sallyport = start()) {
            Await.until("all serve", () -> said(sallyport, "greet").equals("[hello from 1.0.0][type 0.2.0]"));
            run(sallyport, "reset", NextType.NAME);
            assertThat(said(sallyport, "greet")).isEqualTo("[hello from 1.0.0][type 0.1.0]");
        }
    }

    @Test
    @DisplayName("has to be signed by somebody who is trusted like the host, and by the name that it has")
    void signatures() throws Exception {
        byte[] jar = NextType.jar("0.2.0");
        Path unsigned = Files.write(folder.resolve("unsigned.jar"), jar);
        Path partner = PARTNER.write(
                folder.resolve("partner.jar"),
                JarBytes.zip(JarBytes.headers(
                        JarBytes.entries(jar), headers -> headers.putValue("Bundle-Version", "0.2.1"))));
        try (Sallyport sallyport = start()) {
            assertThat(failure(sallyport, unsigned)).contains("the gate [signature] refused it: it is not signed");
            assertThat(failure(sallyport, partner))
                    .contains("signed by somebody who may sign plugins of the level [partner]");
            assertThat(run(sallyport, "list")).doesNotContain("0.2");
        }
    }

    private static String failure(Sallyport sallyport, Path file) {
        try {
            return run(sallyport, "update", file.toString());
        } catch (RuntimeException e) {
            return e.getMessage();
        }
    }
}
