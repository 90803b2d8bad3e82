package org.sallyport.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Stage;
import org.sallyport.registry.internal.Known.Said;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.ArgumentParser;
import org.sallyport.spi.plugin.PluginState;

@DisplayName("Of the verbs of the registry")
class RegistryVerbsTest {
    private final IndexedRegistry registry = new IndexedRegistry();

    @BeforeEach
    void known() {
        registry.tell(
                Known.active("pii", "2"),
                List.of(
                        Known.version(
                                "pii",
                                "2",
                                Said.NOTHING
                                        .named("PII filter")
                                        .described("Finds mail")
                                        .typed("security")),
                        Known.version(
                                "pii", "1", Said.NOTHING.named("PII filter").typed("security"))));
        registry.tell(
                Known.status("notes", "1.5", PluginState.DISABLED, "it was switched off", 1),
                List.of(Known.version(
                        "notes", "1.5", Said.NOTHING.named("Notes").described("Finds notes"))));
    }

    private Object run(String name, String... words) {
        AdminVerb verb = RegistryVerbs.of(registry).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return verb.run(ArgumentParser.parse("plugin:" + name, verb, List.of(words), Path.of("")));
    }

    @Test
    @DisplayName("search gives a line a plugin, of the newest version that was found")
    void search() {
        assertThat(run("search", "finds"))
                .isEqualTo(List.of(
                        new RegistryVerbs.Hit("notes", "1.5.0", "DISABLED", "Notes", "Finds notes"),
                        new RegistryVerbs.Hit("pii", "2.0.0", "ACTIVE", "PII filter", "Finds mail")));
        assertThat(run("search", "filter", "--type", "security"))
                .isEqualTo(List.of(new RegistryVerbs.Hit("pii", "2.0.0", "ACTIVE", "PII filter", "Finds mail")));
        assertThat(run("search", "finds", "--type=none")).isEqualTo(List.of());
        assertThat(run("search", "finds", "--prefix", "no").toString())
                .contains("id=notes")
                .doesNotContain("pii");
    }

    @Test
    @DisplayName("find gives the versions within a range, newest first")
    void find() {
        RegistryVerbs.Found two = new RegistryVerbs.Found("2.0.0", "ACTIVE", Stage.STABLE, "test", "pii2");
        RegistryVerbs.Found one = new RegistryVerbs.Found("1.0.0", "KEPT", Stage.STABLE, "test", "pii1");

        assertThat(run("find", "pii")).isEqualTo(List.of(two, one));
        assertThat(run("find", "pii", "[1,2)")).isEqualTo(List.of(one));
        assertThat(run("find", "pii", "1.1")).isEqualTo(List.of(two));
        assertThat(run("find", "pii", "3")).isEqualTo(List.of());
        assertThat(code("find", "nowhere")).isEqualTo("not_found");
        assertThat(code("find", "pii", "[1,")).isEqualTo("invalid_range");
    }

    @Test
    @DisplayName("resolve says which version each requirement leads to")
    void resolve() {
        assertThat(run("resolve", "pii@[1,2) notes gone notes@[2,3)"))
                .isEqualTo(List.of(
                        new RegistryVerbs.Chosen("pii@[1.0.0,2.0.0)", "1.0.0", "KEPT", "STABLE"),
                        new RegistryVerbs.Chosen("notes@0.0.0", "", "MISSING", ""),
                        new RegistryVerbs.Chosen("gone@0.0.0", "", "MISSING", ""),
                        new RegistryVerbs.Chosen("notes@[2.0.0,3.0.0)", "", "MISSING", "")));
        assertThat(run("resolve", "notes@1").toString()).contains("version=1.5.0, state=DISABLED");
        assertThat(code("resolve", "pii@x")).isEqualTo("invalid_range");
    }

    @Test
    @DisplayName("states shows statistics and steps")
    void states() {
        assertThat(run("states", "notes"))
                .isEqualTo(new RegistryVerbs.History(
                        "notes",
                        0,
                        0,
                        1,
                        "",
                        List.of(new RegistryVerbs.Step(
                                "2026-01-01T00:00:01Z", "1.5", "DISABLED", "it was switched off"))));
        assertThat(code("states", "nowhere")).isEqualTo("not_found");
    }

    private String code(String name, String... words) {
        return catchThrowableOfType(PluginException.class, () -> run(name, words))
                .code();
    }
}
