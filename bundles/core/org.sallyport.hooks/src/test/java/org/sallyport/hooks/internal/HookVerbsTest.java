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
import org.sallyport.hooks.internal.HookStatsVerb.Figures;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.hook.HookAdmin.HookInfo;

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
        hook.apply("v");
    }

    @Test
    @DisplayName("list hooks with their owners and calls")
    void list() {
        assertThat(new HookListVerb(dispatcher).run(none()))
                .containsExactly(
                        new HookInfo("h", "filter", "host", 2, 1), new HookInfo("quiet", "action", "host", 0, 0));
    }

    @Test
    @DisplayName("list the handlers of a hook in their order, with reason and last failure")
    void handlers() {
        assertThat(new HookHandlersVerb(dispatcher).run(named("h")))
                .containsExactly(
                        new Place(1, "a", "a", "phase normal, priority 50", ""),
                        new Place(2, "c", "c", "phase normal, priority 50", "it returned null"));
    }

    @Test
    @DisplayName("show figures of one hook or of all")
    void stats() {
        var stats = new HookStatsVerb(dispatcher);

        assertThat(stats.run(none())).isEqualTo(stats.run(named("h")));
        assertThat(stats.run(named("h")).get(0))
                .isEqualTo(new Figures(
                        "h", "a", "a", 1, 0, new BigDecimal("2.50"), new BigDecimal("2.50"), new BigDecimal("2.50")));
        assertThat(stats.run(named("h")).get(1).errors()).isEqualTo(1);
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
