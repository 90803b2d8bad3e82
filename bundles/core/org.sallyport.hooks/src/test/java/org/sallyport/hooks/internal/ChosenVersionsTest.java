package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.hook.Hooks;
import org.sallyport.api.hook.Hooks.FilterHook;
import org.sallyport.spi.hook.HookAdmin.HookInfo;
import org.sallyport.spi.plugin.PluginFaults;

@DisplayName("A caller of a hook who chose a version of a plugin")
class ChosenVersionsTest {
    private final List<String> faults = new ArrayList<>();
    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(System::nanoTime, new PluginFaults() {
        @Override
        public void quarantine(String plugin, String cause) {
            faults.add("quarantine " + plugin);
        }

        @Override
        public void report(String plugin, String cause) {
            faults.add("report " + plugin);
        }
    }));
    private final Hooks hooks = dispatcher.hooksOf("host");

    private static FilterHandler<String> adding(String text) {
        return (value, call) -> value + text;
    }

    private static Plugins two() {
        return Plugins.of(Plugins.handler("a", adding("a")), Plugins.handler("polite", adding("2")))
                .beside("polite", "1.0.0", adding("1"));
    }

    private String apply(String versions) {
        return hooks.versions("polite", versions).filter("h", String.class).apply("");
    }

    @Test
    @DisplayName("gets that one, in its place among the others, and nobody else does")
    void chosen() {
        FilterHook<String> first = hooks.versions("polite", "[1,2)").filter("h", String.class);
        dispatcher.switchTo(two());

        assertThat(first.apply("")).isEqualTo("a1");
        assertThat(hooks.filter("h", String.class).apply("")).isEqualTo("a2");
        assertThat(apply("[1,3)")).isEqualTo("a2");
        assertThat(apply("[2,2]")).isEqualTo("a2");
        assertThat(apply("[1,1]")).isEqualTo("a1");
        assertThat(apply("3")).as("none will do").isEqualTo("a");
    }

    @Test
    @DisplayName("keeps it when the main version is replaced or goes, and lets it go when it goes")
    void goes() {
        dispatcher.switchTo(two());
        FilterHook<String> first = hooks.versions("polite", "[1,2)").filter("h", String.class);

        dispatcher.switchTo(two().without("polite"));
        assertThat(first.apply("")).isEqualTo("a1");

        AtomicReference<Boolean> drainedInCall = new AtomicReference<>();
        Plugins last = two().without("polite@1.0.0");
        AtomicReference<java.util.concurrent.CompletableFuture<Void>> drained = new AtomicReference<>();
        FilterHandler<String> going = (value, call) -> {
            drained.set(dispatcher.switchTo(last).toCompletableFuture());
            drainedInCall.set(drained.get().isDone());
            return value + "!";
        };
        dispatcher.switchTo(two().without("polite@1.0.0").beside("polite", "1.0.0", going));
        assertThat(first.apply("")).isEqualTo("a!");
        assertThat(drainedInCall).as("drained while it was called").hasValue(false);
        dispatcher.sweep();
        assertThat(drained.get()).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(first.apply("")).isEqualTo("a");
    }

    @Test
    @DisplayName("is counted apart, and a fault is that version's")
    void counted() {
        dispatcher.switchTo(two().without("polite@1.0.0").beside("polite", "1.0.0", (FilterHandler<String>)
                (value, call) -> {
                    assertThat(call.hook()).isEqualTo("h");
                    throw new IllegalStateException();
                }));
        hooks.filter("h", String.class).apply("");
        FilterHook<String> first = hooks.versions("polite", "[1,2)").filter("h", String.class);
        first.apply("");
        first.apply("");

        assertThat(dispatcher.hooks().stream().map(HookInfo::name)).containsExactly("h", "h polite@[1.0.0,2.0.0)");
        assertThat(dispatcher.hooks().stream().map(HookInfo::calls)).containsExactly(1L, 2L);
        assertThat(dispatcher.handlers("h polite@[1.0.0,2.0.0)")).anySatisfy(handler -> {
            assertThat(handler.plugin()).isEqualTo("polite@1.0.0");
            assertThat(handler.errors()).isEqualTo(2);
        });
        assertThat(faults).contains("report polite@1.0.0").doesNotContain("report polite");
    }

    @Test
    @DisplayName("ends with what declared it")
    void forgotten() {
        dispatcher.switchTo(two());
        FilterHook<String> first = hooks.versions("polite", "[1,2)").filter("h", String.class);
        dispatcher.forget("host");
        assertThat(first.apply("")).isEmpty();
        // Handlers that wait for a hook are the main versions'.
        assertThat(dispatcher.hooks())
                .extracting(HookInfo::name, HookInfo::handlers)
                .containsExactly(org.assertj.core.api.Assertions.tuple("h", 2));
    }

    @Test
    @DisplayName("declares the same hook as those who chose nothing, and is told of a choice that is none")
    void refused() {
        hooks.filter("h", String.class);
        assertThatThrownBy(() ->
                        dispatcher.hooksOf("other").versions("polite", "[1,2)").action("h", String.class))
                .hasMessageContaining("is declared by [host] as a filter hook");
        // Not another name that begins alike.
        assertThat(dispatcher.hooksOf("other").action("h-2", String.class)).isNotNull();
        assertThatThrownBy(() -> hooks.versions("polite", "newest"))
                .hasMessageContaining("[newest] chooses no version: write a range such as [1.2,2)");
        assertThatThrownBy(() -> hooks.versions("Polite", "1")).hasMessage("[Polite] is no id of a plugin");

        Hooks many = hooks;
        for (int i = 0; i < Choices.MAX; i++) {
            many = many.versions("p" + i, "1");
        }
        Hooks full = many.versions("p0", "2");
        assertThatThrownBy(() -> full.versions("one-more", "1")).hasMessageContaining("more than [100] plugins");
    }
}
