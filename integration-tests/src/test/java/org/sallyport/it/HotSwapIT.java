package org.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.document.Document;

/** Plugins come, are replaced and go while a client calls in a loop. */
@DisplayName("While a client calls in a loop")
class HotSwapIT {
    private static final Document HELLO = Document.object("message", Document.of("hello"));

    @TempDir
    private Path folder;

    @Test
    @DisplayName("a plugin dropped into the folder, replaced and removed shows in the next messages, and no call fails")
    void dropReplaceRemove() throws Exception {
        Path home = Signer.TESTS.trustedIn(folder.resolve("home"));
        try (SallyportProcess gateway = SallyportProcess.run(home)) {
            ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                McpSession session = McpSession.open(gateway.mcp());
                Thread caller = new Thread(() -> callUntil(stop, session, answers));
                caller.start();
                callers.add(caller);
            }
            McpSession watcher = McpSession.open(gateway.mcp());

            drop(home, "marker.jar", TestPlugins.marker("marker", "1.0.0", " [v1]"));
            Await.until("v1 in service", () -> watcher.text("echo", HELLO).equals("hello [v1]"));
            drop(home, "marker.jar", TestPlugins.marker("marker", "2.0.0", " [v2]"));
            Await.until("v2 in service", () -> watcher.text("echo", HELLO).equals("hello [v2]"));
            Files.delete(home.resolve("deploy/marker.jar"));
            Await.until("marker gone", () -> watcher.text("echo", HELLO).equals("hello"));
            stop.set(true);
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(Set.copyOf(answers)).containsExactlyInAnyOrder("hello", "hello [v1]", "hello [v2]");
            assertThat(gateway.isAlive()).isTrue();
        }
    }

    private static void callUntil(AtomicBoolean stop, McpSession session, ConcurrentLinkedQueue<String> answers) {
        while (!stop.get()) {
            try {
                answers.add(session.text("echo", HELLO));
            } catch (Exception e) {
                answers.add("failed: " + e);
            }
        }
    }

    static void drop(Path home, String name, byte[] jar) throws Exception {
        Files.writeString(home.resolve("deploy/" + name + ".dsse.json"), Signer.TESTS.envelope(jar));
        Path half = home.resolve("deploy/" + name + ".part");
        Files.write(half, jar);
        Files.move(
                half,
                home.resolve("deploy/" + name),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }
}
