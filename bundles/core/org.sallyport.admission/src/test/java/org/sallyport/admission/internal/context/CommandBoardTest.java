package org.sallyport.admission.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

@DisplayName("The board of plugins' commands")
class CommandBoardTest {
    private static final String SCHEMA = """
            {"properties": {"text": {"type": "string", "description": "what to say"}, "times": {"type": "integer"},
              "loud": {"type": "boolean"}, "list": {"type": "array"}}, "required": ["text", "loud"]}""";

    private final Set<AdminVerb> registered = new LinkedHashSet<>();
    private final CommandBoard board = new CommandBoard(context());

    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, args) -> {
                    registered.add((AdminVerb) args[1]);
                    return Proxy.newProxyInstance(
                            ServiceRegistration.class.getClassLoader(),
                            new Class<?>[] {ServiceRegistration.class},
                            (registration, unregister, none) -> registered.remove(args[1]));
                });
    }

    @Test
    @DisplayName("shows a command as a verb of the plugin's scope, its parameters as options")
    void verb() {
        board.show("x", Map.of("say", action("says it", SCHEMA, arguments -> arguments)));

        AdminVerb verb = registered.iterator().next();
        assertThat(verb.scope()).isEqualTo("x");
        assertThat(verb.name()).isEqualTo("say");
        assertThat(verb.summary()).isEqualTo("says it");
        assertThat(verb.role()).isEqualTo(AdminVerb.Role.OPERATOR);
        assertThat(verb.parameters())
                .containsExactly(
                        new Parameter("text", Parameter.Kind.TEXT, true, true, "what to say"),
                        new Parameter("times", Parameter.Kind.NUMBER, true, false, ""),
                        new Parameter("loud", Parameter.Kind.FLAG, true, false, ""),
                        new Parameter("list", Parameter.Kind.TEXT, true, false, ""));
        assertThat(verb.run(arguments(Map.of("text", "12", "times", "3", "loud", "true", "list", "[1]"))))
                .isEqualTo(Document.fromJava(new java.util.LinkedHashMap<>() {
                            private static final long serialVersionUID = 1L;

                            {
                                put("text", "12");
                                put("times", 3);
                                put("loud", true);
                                put("list", List.of(1));
                            }
                        })
                        .toJson(2));
        assertThat(failure(verb, Map.of("list", "[")))
                .isEqualTo("invalid_argument: The option [list] takes [array], not [[]");
    }

    @Test
    @DisplayName("gives a text as it is, other results as JSON, and no result as a failure")
    void results() {
        assertThat(run(arguments -> Document.of("a text"))).isEqualTo("a text");
        assertThat(run(arguments -> Document.of(1))).isEqualTo("1");
        assertThat(failure(arguments -> null)).isEqualTo("command_failed: Command [x:c] failed: it returned nothing");
        assertThat(failure(arguments -> {
                    throw new IllegalStateException("boom");
                }))
                .isEqualTo("command_failed: Command [x:c] failed: IllegalStateException: boom");
        assertThat(failure(arguments -> {
                    throw new PluginException("no_such_note", "There is no note [1]");
                }))
                .isEqualTo("no_such_note: There is no note [1]");
        assertThat(failure(arguments -> {
                    throw new Own();
                }))
                .isEqualTo("own: CommandBoardTest$Own: mine");
    }

    @Test
    @DisplayName("lets a call know for whom it runs and how much time it has")
    void call() {
        PluginAction action = new Action(
                "d",
                Document.object(Map.of()),
                (arguments, call) -> Document.of(call.scope().equals(Scope.GLOBAL)
                        && !call.cancelled()
                        && call.remaining().toSeconds() <= 30));
        board.show("x", Map.of("c", action));

        assertThat(registered.iterator().next().run(arguments(Map.of()))).isEqualTo("true");
    }

    @Test
    @DisplayName("keeps a command over a swap, with what the new version says of it and does")
    void swap() {
        board.show("x", Map.of("c", action("one", "{}", a -> Document.of("v1")), "old", action("", "{}", a -> a)));
        List<AdminVerb> before = List.copyOf(registered);
        AdminVerb kept = before.stream()
                .filter(verb -> verb.name().equals("c"))
                .findFirst()
                .orElseThrow();
        AdminVerb old = before.stream()
                .filter(verb -> verb.name().equals("old"))
                .findFirst()
                .orElseThrow();

        board.show(
                "x",
                Map.of(
                        "c",
                        action("two", SCHEMA, a -> Document.of("v2 " + a.toJson())),
                        "new",
                        action("", "{}", a -> a)));

        assertThat(registered).extracting(AdminVerb::name).containsExactlyInAnyOrder("c", "new");
        assertThat(registered).contains(kept);
        assertThat(kept.summary()).isEqualTo("two");
        assertThat(kept.parameters()).hasSize(4);
        assertThat(kept.run(arguments(Map.of("times", "3")))).isEqualTo("v2 {\"times\":3}");
        assertThat(failure(old, Map.of())).isEqualTo("stopped: Plugin [x] was stopped");
        board.show("x", Map.of());
        assertThat(registered).isEmpty();
        assertThat(failure(kept, Map.of())).isEqualTo("stopped: Plugin [x] was stopped");
    }

    @Test
    @DisplayName("shows a command that cannot say what it is without words and parameters")
    void mute() {
        Action mute = new Action(null, Document.object(Map.of()), (arguments, call) -> Document.of("runs"));
        Action broken = new Action("d", null, (arguments, call) -> Document.of("runs"));
        for (Action action : List.of(mute, broken)) {
            board.show("x", Map.of("c", action));

            AdminVerb verb = registered.iterator().next();
            assertThat(verb.summary()).isEmpty();
            assertThat(verb.parameters()).isEmpty();
            assertThat(verb.run(arguments(Map.of()))).isEqualTo("runs");
        }
    }

    /** An exception class of a plugin's. */
    private static final class Own extends PluginException {
        private static final long serialVersionUID = 1L;

        Own() {
            super("own", "never shown");
        }

        @Override
        public String getMessage() {
            return "mine";
        }
    }

    private record Action(
            String description, Document parameters, java.util.function.BiFunction<Document, ActionCall, Document> work)
            implements PluginAction {
        @Override
        public String name() {
            return "c";
        }

        @Override
        public Document run(Document arguments, ActionCall call) {
            return work.apply(arguments, call);
        }
    }

    private static Action action(String description, String schema, Function<Document, Document> work) {
        try {
            return new Action(description, Json.read(schema), (arguments, call) -> work.apply(arguments));
        } catch (JsonException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Object run(Function<Document, Document> work) {
        board.show("x", Map.of("c", action("d", "{}", work)));
        return registered.iterator().next().run(arguments(Map.of()));
    }

    private String failure(Function<Document, Document> work) {
        board.show("x", Map.of("c", action("d", "{}", work)));
        return failure(registered.iterator().next(), Map.of());
    }

    private static String failure(AdminVerb verb, Map<String, String> values) {
        PluginException failed = catchThrowableOfType(PluginException.class, () -> verb.run(arguments(values)));
        assertThat(failed).as("failed").isNotNull();
        assertThat(failed.getClass()).isEqualTo(PluginException.class);
        return failed.code() + ": " + failed.getMessage();
    }

    private static Arguments arguments(Map<String, String> values) {
        return new Arguments(values, Path.of("."));
    }
}
