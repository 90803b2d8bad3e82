package org.sallyport.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real clock and the real file system events. */
@DisplayName("The deploy component")
class DeployComponentTest {
    @TempDir
    Path home;

    private final MemoryAdmin admin = new MemoryAdmin();
    private final OfferedEvidence evidence = new OfferedEvidence();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void release() {
        release.countDown();
    }

    private DeployComponent component() {
        return new DeployComponent("false", "false", home.toString(), admin, evidence);
    }

    private Path put(String name, byte[] content) throws Exception {
        return Files.write(home.resolve("deploy").resolve(name), content);
    }

    private void hang() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("takes a plugin from its file to its removal")
    void life() throws Exception {
        DeployComponent component = component();
        Await.until("the folder", () -> Files.isDirectory(home.resolve("deploy")));

        put("a.jar", Jars.jar("a", "1.0.0"));
        Await.until("version 1", () -> admin.events.contains("install a 1.0.0 deploy/a.jar"));
        put("a.jar", Jars.jar("a", "2.0.0"));
        Await.until("version 2", () -> admin.events.contains("install a 2.0.0 deploy/a.jar"));
        Files.delete(home.resolve("deploy/a.jar"));
        Await.until("the removal", () -> admin.events.contains("uninstall a"));
        assertThat(admin.events).hasSize(3);

        component.deactivate();
    }

    @Test
    @DisplayName("passes on what lies beside a file, and tries a file again when its signature comes after it")
    void signatures() throws Exception {
        DeployComponent component = component();
        Await.until("the folder", () -> Files.isDirectory(home.resolve("deploy")));
        put("a.jar.dsse.json", "one".getBytes());
        put("a.jar", Jars.jar("a", "1.0.0"));
        Await.until("the plugin", () -> admin.plugins.containsKey("a"));
        assertThat(evidence.offered()).contains("one");

        put("a.jar.dsse.json", "another".getBytes());
        put("a.jar.asc", "third".getBytes());
        Await.until(
                "the others",
                () -> evidence.offered().contains("another")
                        && evidence.offered().contains("third"));
        Await.until("the second try", () -> admin.events.size() > 1);

        component.deactivate();
    }

    @Test
    @DisplayName("takes a hundred files that come at once")
    void many() throws Exception {
        DeployComponent component = component();
        Await.until("the folder", () -> Files.isDirectory(home.resolve("deploy")));
        for (int i = 0; i < 100; i++) {
            put("p" + i + ".jar", Jars.jar("p" + i, "1.0.0"));
        }

        Await.until("all plugins", () -> admin.plugins.size() == 100);
        assertThat(admin.events).hasSize(100);

        component.deactivate();
    }

    @Test
    @DisplayName("goes on in a folder that was removed and made again")
    void folderRemoved() throws Exception {
        DeployComponent component = component();
        Await.until("the folder", () -> Files.isDirectory(home.resolve("deploy")));
        put("a.jar", Jars.jar("a", "1.0.0"));
        Await.until("the plugin", () -> admin.plugins.containsKey("a"));
        Files.delete(home.resolve("deploy/a.jar"));
        Files.delete(home.resolve("deploy"));

        Await.until("the removal", () -> admin.plugins.isEmpty());
        put("b.jar", Jars.jar("b", "1.0.0"));
        Await.until("the next plugin", () -> admin.plugins.containsKey("b"));

        component.deactivate();
    }

    @Test
    @DisplayName("is active at once, also if admission and plugins hang, and then takes the others")
    void hanging() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        admin.listHook = () -> {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        Files.createDirectories(home.resolve("deploy"));
        admin.hooks.put("a", this::hang);
        put("a.jar", Jars.jar("a", "1.0.0"));
        put("b.jar", Jars.jar("b", "1.0.0"));

        DeployComponent component = component();
        asked.await();
        answer.countDown();
        Await.until("the other plugin", () -> admin.plugins.containsKey("b"));
        assertThat(admin.plugins).containsOnlyKeys("b");

        component.deactivate();
    }

    @Test
    @DisplayName("uninstalls nothing when it goes, and sees nothing afterwards")
    void deactivated() throws Exception {
        DeployComponent component = component();
        Await.until("the folder", () -> Files.isDirectory(home.resolve("deploy")));
        put("a.jar", Jars.jar("a", "1.0.0"));
        Await.until("the plugin", () -> admin.plugins.containsKey("a"));

        component.deactivate();
        Await.until(
                "the end of the threads",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("sallyport-deploy")));
        assertThat(admin.events).containsExactly("install a 1.0.0 deploy/a.jar");
    }

    @Test
    @DisplayName("watches nothing offline")
    void offline() {
        new DeployComponent("true", null, home.toString(), admin, evidence).deactivate();

        assertThat(home).isEmptyDirectory();
    }

    @Test
    @DisplayName("watches nothing in safe mode, and says what to do")
    void safeMode() {
        try (var log = new LogLines()) {
            new DeployComponent(null, "true", home.toString(), admin, evidence).deactivate();

            assertThat(home).isEmptyDirectory();
            assertThat(log.lines())
                    .containsExactly("INFO In safe mode the deploy folder is not watched: take the file that does harm"
                            + " out of it, then start without [--safe-mode]");
        }
    }

    @Test
    @DisplayName("has to know the home folder")
    void noHome() {
        assertThatThrownBy(() -> new DeployComponent(null, null, null, admin, evidence))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[sallyport.home]");
    }
}
