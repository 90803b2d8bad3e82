package org.sallyport.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.admission.internal.archive.Manifests;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.registry.internal.IndexedRegistry;
import org.sallyport.spi.plugin.PluginState;
import org.sallyport.spi.plugin.PluginStatus;
import org.sallyport.spi.registry.PluginRegistry;

@DisplayName("The plugins that are known")
class PluginsTest {
    private final PluginRegistry registry = new IndexedRegistry();
    private final Plugins plugins = new Plugins(registry);

    @Test
    @DisplayName("are found by id, then by alias")
    void aliases() {
        known("b", "old");
        known("a", "b");

        assertThat(plugins.known("old").id).isEqualTo("b");
        assertThat(plugins.known("b").id).isEqualTo("b");
        assertThat(plugins.status("old").orElseThrow().id()).isEqualTo("b");
    }

    @Test
    @DisplayName("are named, at most 20 of them, to those who ask for another one")
    void notFound() {
        assertThat(failure("x")).isEqualTo("There is no plugin [x]; none is there");
        known("a", "");
        known("b", "");
        assertThat(failure("x")).isEqualTo("There is no plugin [x]; there are [a, b]");
        for (int i = 10; i < 30; i++) {
            known("p" + i, "");
        }
        assertThat(failure("x")).contains("[a, b, p10,").endsWith("p27] and more, see 'plugin:list'");
    }

    @Test
    @DisplayName("are not those of which nothing is known yet")
    void discovered() {
        Slot slot = plugins.slot("ghost");

        assertThat(plugins.statuses()).isEmpty();
        assertThat(plugins.status("ghost")).isEmpty();
        assertThat(failure("ghost")).isEqualTo("There is no plugin [ghost]; none is there");
        slot.show(PluginState.ACTIVE, "", "");
        assertThat(plugins.known("ghost")).isSameAs(slot);
    }

    @Test
    @DisplayName("are listed with the files that should have been one")
    void notes() {
        known("b", "");
        plugins.note("deploy/a.jar", "it is empty");
        PluginStatus note = plugins.statuses().get(0);

        assertThat(plugins.statuses()).extracting(PluginStatus::id).containsExactly("a.jar", "b");
        assertThat(note.state()).isEqualTo(PluginState.BLOCKED);
        assertThat(note.cause()).isEqualTo("it is empty");
        assertThat(note.origin()).isEqualTo("deploy/a.jar");
        assertThat(plugins.status("a.jar")).contains(note);
        assertThat(plugins.status("deploy/a.jar")).contains(note);
        plugins.note("deploy/a.jar", "");
        assertThat(plugins.status("a.jar")).isEmpty();
    }

    @Test
    @DisplayName("are noted up to 1,000 files")
    void bound() {
        for (int i = 0; i < Plugins.MAX_NOTES + 5; i++) {
            plugins.note("deploy/" + i + ".jar", "no");
        }
        List<PluginStatus> noted = plugins.statuses();

        assertThat(noted).hasSize(Plugins.MAX_NOTES);
        assertThat(plugins.status(Plugins.MAX_NOTES + 4 + ".jar")).isPresent();
    }

    private void known(String id, String alias) {
        Slot slot = plugins.slot(id);
        Manifests manifest = Manifests.plugin(id)
                .header(
                        "Provide-Capability",
                        "org.sallyport.plugin;org.sallyport.plugin=" + id + ";name=n;description=d;aliases=\"" + alias
                                + "\"");
        slot.show(Optional.empty(), Optional.of(Descriptors.of(manifest)));
        slot.show(PluginState.ACTIVE, "", "");
    }

    private String failure(String name) {
        PluginException failed = catchThrowableOfType(PluginException.class, () -> plugins.known(name));
        assertThat(failed.code()).isEqualTo("not_found");
        return failed.getMessage();
    }
}
