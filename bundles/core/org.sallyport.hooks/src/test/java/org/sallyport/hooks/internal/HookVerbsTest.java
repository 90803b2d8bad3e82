package org.sallyport.hooks.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.hooks.internal.Plugins.handler;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.hook.FilterHandler;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.hooks.internal.HookHandlersVerb.Place;
import org.sallyport.hooks.internal.HookListVerb.Line;
import org.sallyport.hooks.internal.HookStatsVerb.Figures;
import org.sallyport.spi.admin.Arguments;

@DisplayName("The verbs of hooks")
class HookVerbsTest {
    private final AtomicLong clock = new AtomicLong();
    private final HookDispatcher dispatcher = new HookDispatcher(new Watch(clock::get, new Faults()));

    private static Arguments named(String hook) {
        return new Arguments(Map.of("name", hook), Path.of("/"));
    }

    private static Arguments none() {
        return new Arguments(Map.of(), Path.of("/"));
    }

    @BeforeEach
    void call() {
        var hook = dispatcher.hooksOf("host").filter("h", String.class);
        dispatcher.hooksOf("host").action("quiet", String.class);
        dispatcher.switchTo(Plugins.of(
                handler("a", (FilterHandler<String>) (value, call) -> {
                    clock.addAndGet(2_500);
                    return value;
                }),
                handler("b", new Object()),
                handler("c", (FilterHandler<String>) (value, call) -> null)));
        dispatcher.time("h", true);
        hook.apply("v");
        dispatcher.time("h", false);
    }

    @Test
    @DisplayName("list hooks with their owners and calls")
    void list() {
        assertThat(new HookListVerb(dispatcher).run(none()))
                .containsExactly(
                        new Line("h", "filter", "host", 2, 1, 1, "sampled", "loop"),
                        new Line("quiet", "action", "host", 0, 0, 0, "sampled", "loop"));
    }

    @Test
    @DisplayName("list the handlers of a hook in their order, with reason and last failure")
    void handlers() {
        assertThat(new HookHandlersVerb(dispatcher).run(named("h")))
                .containsExactly(
                        new Place(1, "a", "a", "phase normal, priority 50", ""),
                        new Place(2, "c", "c", "phase normal, priority 50", "it returned null"));
    }

    private static Figures figures(
            String hook, String plugin, String handler, long calls, long errors, String breaker, long timed) {
        BigDecimal micros = new BigDecimal("2.50");
        return new Figures(hook, plugin, handler, calls, errors, breaker, timed, micros, micros, micros, micros);
    }

    private static Arguments by(String what) {
        return new Arguments(Map.of("by", what), Path.of("/"));
    }

    @Test
    @DisplayName("show figures by handler, of one hook or of all")
    void stats() {
        dispatcher.time("h", true);
        dispatcher.hooksOf("host").filter("h", String.class).apply("v");
        dispatcher.time("h", false);
        var stats = new HookStatsVerb(dispatcher);

        assertThat(stats.run(none())).isEqualTo(stats.run(named("h"))).isEqualTo(stats.run(by("handler")));
        assertThat(stats.run(named("h")).get(0)).isEqualTo(figures("h", "a", "a", 2, 0, "closed", 2));
        assertThat(stats.run(named("h")).get(1).errors()).isEqualTo(2);
        assertThat(stats.run(named("h")).get(1).breaker()).isEqualTo("watched");
    }

    @Test
    @DisplayName("show figures by hook, and by plugin over all hooks")
    void sums() {
        var stats = new HookStatsVerb(dispatcher);

        assertThat(stats.run(by("hook")).get(0)).isEqualTo(figures("h", "", "", 1, 1, "", 1));
        assertThat(stats.run(by("plugin")).get(0)).isEqualTo(figures("", "a", "", 1, 0, "", 1));
        assertThat(stats.run(by("plugin"))).extracting(Figures::errors).containsExactly(0L, 1L);
        assertThatThrownBy(() -> stats.run(by("day")))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("invalid_argument"));
        assertThatThrownBy(() -> stats.run(new Arguments(Map.of("by", "plugin", "name", "h"), Path.of("/"))))
                .isInstanceOf(PluginException.class);
    }

    @Test
    @DisplayName("have all calls of a hook timed, and a sample of them again")
    void timing() {
        var timing = new HookTimingVerb(dispatcher);
        var hook = dispatcher.hooksOf("host").filter("h", String.class);
        var stats = new HookStatsVerb(dispatcher);

        assertThat(timing.run(new Arguments(Map.of("name", "h", "calls", "all"), Path.of("/"))))
                .isEqualTo("Hook [h] times all calls");
        assertThat(new HookListVerb(dispatcher).run(none()).get(0).timing()).isEqualTo("all");
        long before = stats.run(named("h")).get(0).timed();
        for (int i = 0; i < 640; i++) {
            hook.apply("v");
        }
        assertThat(stats.run(named("h")).get(0).timed()).isEqualTo(before + 640);

        timing.run(new Arguments(Map.of("name", "h", "calls", "sampled"), Path.of("/")));
        for (int i = 0; i < 640; i++) {
            hook.apply("v");
        }
        assertThat(stats.run(named("h")).get(0).timed()).isBetween(before + 640, before + 640 + 20);
        assertThatThrownBy(() -> timing.run(new Arguments(Map.of("name", "h", "calls", "some"), Path.of("/"))))
                .isInstanceOf(PluginException.class);
    }

    @Test
    @DisplayName("name the hooks there are when there is none of that name")
    void unknown() {
        assertThatThrownBy(() -> new HookHandlersVerb(dispatcher).run(named("x")))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.code()).isEqualTo("not_found"))
                .hasMessage("There is no hook [x]; there are [h, quiet]");
        assertThatThrownBy(() -> new HookStatsVerb(dispatcher).run(named("x"))).isInstanceOf(PluginException.class);
    }
}
