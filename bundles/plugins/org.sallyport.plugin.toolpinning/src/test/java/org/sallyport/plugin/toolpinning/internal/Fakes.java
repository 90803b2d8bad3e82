package org.sallyport.plugin.toolpinning.internal;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.Commands;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.event.Events;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.Storage;
import org.sallyport.api.policy.Exchange;
import org.sallyport.api.policy.Message;
import org.sallyport.api.policy.PolicyCall;
import org.sallyport.spi.json.Json;
import org.slf4j.helpers.NOPLogger;

/** What the plugin meets, in its plainest form. */
final class Fakes {
    /** What is stored; a new context with the same one is the plugin after a restart. */
    final Map<String, Document> stored = new TreeMap<>();

    final Map<String, PluginAction> commands = new TreeMap<>();
    final List<Document> published = new ArrayList<>();
    int writes;

    static Document json(String text) {
        try {
            return Json.read(text.replace('\'', '"'));
        } catch (Exception e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    PluginContext context() {
        commands.clear();
        Storage storage = new MapStorage();
        Commands offered = action -> {
            commands.put(action.name(), action);
            return () -> commands.remove(action.name());
        };
        Events events =
                fake(Events.class, Map.of("publish", (Answer) arguments -> published.add((Document) arguments[1])));
        return fake(
                PluginContext.class,
                Map.of(
                        "storage", arguments -> storage,
                        "commands", arguments -> offered,
                        "events", arguments -> events,
                        "logger", arguments -> NOPLogger.NOP_LOGGER));
    }

    /** Runs a command with arguments by name. */
    String run(String command, String... namesAndValues) {
        Document arguments = Document.EMPTY_OBJECT;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            arguments = arguments.with(namesAndValues[i], Document.of(namesAndValues[i + 1]));
        }
        return commands.get(command)
                .run(arguments, fake(ActionCall.class, Map.of()))
                .text("");
    }

    static PolicyCall call(String server, String kind, String method, Document document) {
        Message message = fake(
                Message.class,
                Map.of(
                        "protocol", arguments -> Message.MCP,
                        "kind", arguments -> kind,
                        "method", arguments -> method,
                        "document", arguments -> document));
        Exchange exchange = fake(Exchange.class, Map.of("server", arguments -> server));
        return fake(
                PolicyCall.class,
                Map.of(
                        "message", arguments -> message,
                        "request", arguments -> Optional.empty(),
                        "exchange", arguments -> exchange,
                        "replayed", arguments -> false));
    }

    private interface Answer {
        Object to(Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Map<String, Answer> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    Answer answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new UnsupportedOperationException(method + " is not used here");
                    }
                    Object result = answer.to(given);
                    return method.getReturnType() == void.class ? null : result;
                }));
    }

    private final class MapStorage implements Storage {
        @Override
        public Optional<Document> get(String key) {
            return Optional.ofNullable(stored.get(key));
        }

        @Override
        public void put(String key, Document value) {
            writes++;
            stored.put(key, value);
        }

        @Override
        public void remove(String key) {
            stored.remove(key);
        }

        @Override
        public Document update(String key, UnaryOperator<Document> change) {
            Document next = change.apply(stored.getOrDefault(key, Document.NULL));
            put(key, next);
            return next;
        }

        @Override
        public List<String> keys(String prefix) {
            return stored.keySet().stream()
                    .filter(key -> key.startsWith(prefix))
                    .toList();
        }
    }
}
