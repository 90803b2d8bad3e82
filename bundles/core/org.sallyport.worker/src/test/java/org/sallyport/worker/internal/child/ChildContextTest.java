package org.sallyport.worker.internal.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.plugin.PluginContext;

@DisplayName("The context of a plugin in a worker")
class ChildContextTest {
    private final List<String> asked = new ArrayList<>();

    /** Hands out another object each time, as the host does. */
    private final PluginContext host = (PluginContext) Proxy.newProxyInstance(
            PluginContext.class.getClassLoader(), new Class<?>[] {PluginContext.class}, (self, method, arguments) -> {
                asked.add(method.getName());
                Class<?> type = method.getReturnType();
                return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (one, call, with) -> null);
            });

    @Test
    @DisplayName("asks the host for each of its services once, however often the plugin does")
    void once() {
        ChildContext context = new ChildContext(host, "acme", "1.0.0", Path.of("data"));

        for (int i = 0; i < 3; i++) {
            assertThat(context.events()).isSameAs(context.events());
            assertThat(context.commands()).isSameAs(context.commands());
            assertThat(context.hooks()).isSameAs(context.hooks());
        }

        assertThat(asked).containsExactlyInAnyOrder("events", "commands", "hooks");
    }
}
