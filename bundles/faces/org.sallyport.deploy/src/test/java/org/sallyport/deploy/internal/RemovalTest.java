package org.sallyport.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sallyport.deploy.internal.Jars.half;
import static org.sallyport.deploy.internal.Jars.jar;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.plugin.PluginException;

@DisplayName("The watch on files that go")
class RemovalTest {
    @TempDir
    Path home;

    private final LogLines log = new LogLines();
    private Looks looks;
    private MemoryAdmin admin;

    @BeforeEach
    void open() throws Exception {
        looks = new Looks(home);
        admin = looks.admin;
        Files.createDirectories(looks.deploy);
    }

    @AfterEach
    void close() {
        looks.close();
        log.close();
    }

    private void inService(String name, String id, String version) throws Exception {
        looks.put(name, jar(id, version));
        looks.settle();
        assertThat(admin.takeEvents()).containsExactly("install " + id + " " + version + " deploy/" + name);
    }

    @Test
    @DisplayName("uninstalls the plugin when two looks missed its file")
    void removed() throws Exception {
        inService("a.jar", "a", "1.0.0");
        looks.delete("a.jar");

        assertThat(looks.look()).isTrue();
        looks.lookAfter(DeployWatch.SETTLE.minusNanos(1));
        assertThat(admin.events).isEmpty();

        looks.settle();
        assertThat(admin.events).containsExactly("uninstall a");
        assertThat(log.lines()).isEmpty();
    }

    @Test
    @DisplayName("sees no removal when an editor deletes a file and makes it anew")
    void replaced() throws Exception {
        inService("a.jar", "a", "1.0.0");
        looks.delete("a.jar");
        looks.look();
        looks.put("a.jar", jar("a", "2.0.0"));
        looks.settle();

        assertThat(admin.events).containsExactly("install a 2.0.0 deploy/a.jar");
    }

    @Test
    @DisplayName("leaves a plugin alone that came from somewhere else since")
    void otherOrigin() throws Exception {
        inService("a.jar", "a", "1.0.0");
        admin.add("a", "1.1.0", "shell");
        looks.delete("a.jar");
        looks.settle();

        assertThat(admin.events).isEmpty();
        assertThat(admin.plugins.get("a").version()).isEqualTo("1.1.0");
    }

    @Test
    @DisplayName("forgets a file that was never handed over, and clears the note of one that failed")
    void neverTaken() throws Exception {
        looks.put("a.jar", half(jar("a", "1.0.0")));
        looks.look();
        looks.delete("a.jar");
        looks.settle();
        assertThat(admin.events).isEmpty();

        looks.put("a.jar", half(jar("a", "1.0.0")));
        looks.look();
        looks.lookAfter(DeployWatch.QUIET);
        assertThat(admin.notes).hasSize(1);
        looks.delete("a.jar");
        looks.settle();
        assertThat(admin.notes).isEmpty();
        assertThat(admin.events).containsExactly("failed deploy/a.jar");
    }

    @Test
    @DisplayName("uninstalls the plugin that the same file brought before another")
    void otherPlugin() throws Exception {
        inService("x.jar", "a", "1.0.0");
        looks.put("x.jar", jar("b", "1.0.0"));
        looks.settle();

        assertThat(admin.events).containsExactly("install b 1.0.0 deploy/x.jar", "uninstall a");
    }

    @Test
    @DisplayName("says what to do if a plugin cannot be uninstalled")
    void failing() throws Exception {
        inService("a.jar", "a", "1.0.0");
        admin.uninstallHook = () -> {
            throw new PluginException("failed", "The disk is full");
        };
        looks.delete("a.jar");
        looks.settle();

        assertThat(log.lines())
                .containsExactly(
                        "WARN Plugin [a] was not uninstalled although file [deploy/a.jar] does not bring it any"
                                + " more: The disk is full; 'plugin:uninstall a' tries it again");
    }

    @Test
    @DisplayName("uninstalls a plugin that others use when the last of them is gone, in whatever order the files go")
    void inUse() throws Exception {
        inService("library.jar", "library", "1.0.0");
        inService("user.jar", "user", "1.0.0");
        java.util.concurrent.atomic.AtomicBoolean first = new java.util.concurrent.atomic.AtomicBoolean(true);
        admin.uninstallHook = () -> {
            if (first.getAndSet(false)) {
                throw new PluginException("in_use", "[user] uses it");
            }
        };
        looks.delete("library.jar");
        looks.delete("user.jar");
        looks.settle();

        assertThat(admin.events).containsExactlyInAnyOrder("uninstall library", "uninstall user");
    }

    @Test
    @DisplayName("keeps a plugin that others used if its file is back when the last of them goes")
    void inUseAndBack() throws Exception {
        inService("library.jar", "library", "1.0.0");
        inService("user.jar", "user", "1.0.0");
        admin.uninstallHook = () -> {
            throw new PluginException("in_use", "[user] uses it");
        };
        looks.delete("library.jar");
        looks.settle();
        looks.put("library.jar", jar("library", "1.0.0"));
        looks.settle();
        admin.uninstallHook = () -> {};
        looks.delete("user.jar");
        looks.settle();

        assertThat(admin.events).containsExactly("install library 1.0.0 deploy/library.jar", "uninstall user");
    }

    @Nested
    @DisplayName("and of which others bring the same plugin")
    class Successors {
        @Test
        @DisplayName("takes a renamed file under its new name, and uninstalls nothing")
        void renamed() throws Exception {
            inService("a.jar", "a", "1.0.0");
            looks.move("a.jar", "b.jar");
            looks.settle();

            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/b.jar");
            looks.delete("b.jar");
            looks.settle();
            assertThat(admin.plugins).isEmpty();
        }

        @Test
        @DisplayName("waits with the removal for a new name that is still being written")
        void copiedSlowly() throws Exception {
            byte[] jar = jar("a", "1.0.0");
            inService("a.jar", "a", "1.0.0");
            looks.delete("a.jar");
            looks.write("b.jar", half(jar));
            looks.settle();
            looks.write("b.jar", jar);
            looks.settle();

            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/b.jar");
        }

        @Test
        @DisplayName("waits with the removal for a new version that is still being installed")
        void installedSlowly() throws Exception {
            var release = new CountDownLatch(1);
            inService("a-1.jar", "a", "1.0.0");
            admin.hooks.put("a", () -> awaitQuietly(release));
            looks.put("a-2.jar", jar("a", "2.0.0"));
            looks.lookOnly();
            looks.delete("a-1.jar");
            for (int i = 0; i < 5; i++) {
                looks.pass(DeployWatch.COPY_PATIENCE);
                assertThat(looks.lookOnly()).as("still waits").isTrue();
            }
            release.countDown();
            looks.settle();

            assertThat(admin.events).containsExactly("install a 2.0.0 deploy/a-2.jar");
        }

        @Test
        @DisplayName("waits for neither for ever")
        void patience() throws Exception {
            inService("a.jar", "a", "1.0.0");
            inService("b.jar", "b", "1.0.0");
            looks.delete("a.jar");
            looks.write("c.jar", half(jar("c", "1.0.0")));
            looks.look();
            // As if it grew just now.
            looks.write("c.jar", half(half(jar("c", "1.0.0"))));
            looks.lookAfter(DeployWatch.COPY_PATIENCE);
            assertThat(admin.takeEvents()).containsExactly("uninstall a");
            looks.delete("c.jar");
            looks.settle();

            var release = new CountDownLatch(1);
            admin.hooks.put("d", () -> awaitQuietly(release));
            looks.put("d.jar", jar("d", "1.0.0"));
            looks.lookOnly();
            looks.delete("b.jar");
            looks.pass(DeployWatch.SETTLE);
            looks.lookOnly();
            looks.pass(DeployWatch.INSTALL_PATIENCE);
            assertThat(looks.lookOnly()).isFalse();
            release.countDown();
            looks.drain();
            assertThat(admin.events).containsExactly("install d 1.0.0 deploy/d.jar", "uninstall b");
        }

        @Test
        @DisplayName("goes back to another file with the same bytes, with no gap")
        void sameBytes() throws Exception {
            inService("a.jar", "a", "1.0.0");
            inService("b.jar", "a", "1.0.0");
            looks.delete("b.jar");
            looks.settle();

            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/a.jar");
        }

        @Test
        @DisplayName("goes back to the last by name of several versions")
        void versions() throws Exception {
            inService("a-1.jar", "a", "1.0.0");
            inService("a-2.jar", "a", "2.0.0");
            inService("a-3.jar", "a", "3.0.0");
            looks.delete("a-3.jar");
            looks.settle();

            assertThat(admin.events).containsExactly("install a 2.0.0 deploy/a-2.jar");
        }

        @Test
        @DisplayName("brings no other file in if the plugin came from somewhere else since")
        void upgradedByShell() throws Exception {
            inService("a-1.jar", "a", "1.0.0");
            inService("a-2.jar", "a", "2.0.0");
            admin.add("a", "3.0.0", "shell");
            looks.delete("a-2.jar");
            looks.settle();

            assertThat(admin.events).isEmpty();
        }
    }

    @Nested
    @DisplayName("while nothing ran")
    class Start {
        @Test
        @DisplayName("uninstalls their plugins at the start, and only theirs")
        void gone() throws Exception {
            admin.add("a", "1.0.0", "deploy/a.jar");
            admin.add("b", "1.0.0", "deploy/b.jar");
            admin.add("c", "1.0.0", "shipped");
            looks.put("b.jar", jar("b", "1.0.0"));
            looks.settle();

            assertThat(admin.events).containsExactly("install b 1.0.0 deploy/b.jar", "uninstall a");
        }

        @Test
        @DisplayName("sees a rename")
        void renamed() throws Exception {
            admin.add("a", "1.0.0", "deploy/a.jar");
            looks.put("b.jar", jar("a", "1.0.0"));
            looks.settle();

            assertThat(admin.events).containsExactly("install a 1.0.0 deploy/b.jar");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
