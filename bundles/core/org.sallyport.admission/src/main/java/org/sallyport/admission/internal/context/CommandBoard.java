package org.sallyport.admission.internal.context;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.sallyport.admission.internal.Guarded;
import org.sallyport.api.action.ActionCall;
import org.sallyport.api.action.PluginAction;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginException;
import org.sallyport.api.plugin.Scope;
import org.sallyport.spi.admin.AdminVerb;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * The commands of plugins in service, each as an {@link AdminVerb} service {@code PLUGIN:COMMAND}. A swap changes what is
 * behind a command that both versions have, so it is never gone. Thread-safe.
 */
public final class CommandBoard {
    /** Time a command has. */
    private static final java.time.Duration LIMIT = java.time.Duration.ofSeconds(30);

    private final BundleContext context;
    private final Map<String, Map<String, Shown>> shown = new HashMap<>();

    /** @param context registers the verbs */
    public CommandBoard(BundleContext context) {
        this.context = context;
    }

    private record Shown(AtomicReference<PluginAction> action, ServiceRegistration<AdminVerb> registration) {}

    /** Shows exactly these commands of a plugin from now on. Their summaries and schemas are read here. */
    public void show(String plugin, Map<String, PluginAction> actions) {
        // Verbs ask the plugin for its texts, which is plugin code: not under the lock.
        Map<String, Verb> verbs = new LinkedHashMap<>();
        actions.forEach((name, action) -> verbs.put(name, Verb.of(plugin, name, action)));
        synchronized (this) {
            Map<String, Shown> now = shown.computeIfAbsent(plugin, id -> new HashMap<>());
            now.entrySet().removeIf(entry -> {
                boolean gone = !verbs.containsKey(entry.getKey());
                if (gone) {
                    unregister(entry.getValue());
                }
                return gone;
            });
            verbs.forEach((name, verb) -> {
                Shown there = now.get(name);
                if (there != null) {
                    there.action().set(actions.get(name));
                } else {
                    now.put(name, new Shown(verb.action(), context.registerService(AdminVerb.class, verb, null)));
                }
            });
        }
    }

    private static void unregister(Shown shown) {
        try {
            shown.registration().unregister();
        } catch (IllegalStateException e) {
            // The framework stops and took the registration along.
            shown.action().set(null);
        }
    }

    private record Verb(
            String scope,
            String name,
            String summary,
            List<Parameter> parameters,
            Map<String, String> types,
            AtomicReference<PluginAction> action)
            implements AdminVerb {
        static Verb of(String plugin, String name, PluginAction action) {
            Guarded.Result<Verb> made = Guarded.call(
                    "command-" + plugin, java.time.Duration.ofSeconds(2), () -> read(plugin, name, action));
            return made instanceof Guarded.Done<Verb> done
                    ? done.value()
                    : new Verb(plugin, name, "", List.of(), Map.of(), new AtomicReference<>(action));
        }

        private static Verb read(String plugin, String name, PluginAction action) {
            Document schema = action.parameters();
            List<Document> required = schema.get("required").values();
            Map<String, String> types = new LinkedHashMap<>();
            List<Parameter> parameters = new java.util.ArrayList<>();
            schema.get("properties").members().forEach((key, property) -> {
                String type = property.get("type").text("string");
                types.put(key, type);
                Parameter.Kind kind = switch (type) {
                    case "integer" -> Parameter.Kind.NUMBER;
                    case "boolean" -> Parameter.Kind.FLAG;
                    default -> Parameter.Kind.TEXT;
                };
                parameters.add(new Parameter(
                        key,
                        kind,
                        true,
                        kind != Parameter.Kind.FLAG && required.contains(Document.of(key)),
                        property.get("description").text("")));
            });
            return new Verb(
                    plugin, name, action.description(), List.copyOf(parameters), types, new AtomicReference<>(action));
        }

        @Override
        public Role role() {
            return Role.OPERATOR;
        }

        @Override
        public @Nullable Object run(Arguments arguments) {
            PluginAction current = action.get();
            if (current == null) {
                throw PluginServices.stopped(scope);
            }
            Map<String, Document> values = new LinkedHashMap<>();
            types.forEach((key, type) ->
                    arguments.text(key).ifPresent(text -> values.put(key, document(key, type, text))));
            Call call = new Call(System.nanoTime() + LIMIT.toNanos());
            Guarded.Result<Document> result =
                    Guarded.call("command-" + scope, LIMIT, () -> current.run(Document.object(values), call));
            if (result instanceof Guarded.Done<Document> done && done.value() != null) {
                return done.value().isString()
                        ? done.value().text("")
                        : done.value().toJson(2);
            } else if (result instanceof Guarded.Failed<Document> failed
                    && failed.cause() instanceof PluginException known) {
                throw known;
            }
            throw new PluginException(
                    "command_failed", "Command [" + scope + ":" + name + "] failed: " + Guarded.sentence(result));
        }

        private static Document document(String key, String type, String text) {
            if (type.equals("string")) {
                return Document.of(text);
            }
            try {
                return Json.read(text);
            } catch (JsonException e) {
                throw new PluginException(
                        "invalid_argument", "The option [" + key + "] takes [" + type + "], not [" + text + "]");
            }
        }
    }

    private record Call(long deadline) implements ActionCall {
        @Override
        public Scope scope() {
            return Scope.GLOBAL;
        }

        @Override
        public java.time.Duration remaining() {
            return java.time.Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        }

        @Override
        public boolean cancelled() {
            return remaining().isZero();
        }
    }
}
