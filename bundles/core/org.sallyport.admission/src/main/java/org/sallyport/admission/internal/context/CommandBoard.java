package org.sallyport.admission.internal.context;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.sallyport.spi.admin.AdminVerb.Parameter;
import org.sallyport.spi.admin.Arguments;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * The commands of plugins in service, each as an {@link AdminVerb} service {@code PLUGIN:COMMAND}. A swap changes what is
 * behind a command that both versions have, so it is never gone. Thread-safe.
 */
public final class CommandBoard {
    /** Time a command has. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final BundleContext context;
    private final Map<String, Map<String, Shown>> shown = new HashMap<>();

    /** @param context registers the verbs */
    public CommandBoard(BundleContext context) {
        this.context = context;
    }

    private record Shown(Switchable verb, ServiceRegistration<AdminVerb> registration) {}

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
                    there.verb().current = verb;
                } else {
                    Switchable made = new Switchable(verb);
                    now.put(name, new Shown(made, context.registerService(AdminVerb.class, made, null)));
                }
            });
            if (now.isEmpty()) {
                shown.remove(plugin);
            }
        }
    }

    private static void unregister(Shown shown) {
        // Whoever still holds the verb must not hold the plugin by it.
        shown.verb().current = shown.verb().current.gone();
        try {
            shown.registration().unregister();
        } catch (IllegalStateException e) {
            // The framework stops and took the registration along.
        }
    }

    /** What is registered: the same verb over a swap, with what the version in service says and does. */
    private static final class Switchable implements AdminVerb {
        volatile Verb current;

        Switchable(Verb current) {
            this.current = current;
        }

        @Override
        public String scope() {
            return current.plugin();
        }

        @Override
        public String name() {
            return current.name();
        }

        @Override
        public String summary() {
            return current.summary();
        }

        @Override
        public List<Parameter> parameters() {
            return current.parameters();
        }

        @Override
        public Role role() {
            return Role.OPERATOR;
        }

        @Override
        public @Nullable Object run(Arguments arguments) {
            return current.run(arguments);
        }
    }

    /** A command of one version; without an action it is over. */
    private record Verb(
            String plugin,
            String name,
            String summary,
            List<Parameter> parameters,
            Map<String, String> types,
            @Nullable PluginAction action) {
        static Verb of(String plugin, String name, PluginAction action) {
            Guarded.Result<Verb> made =
                    Guarded.call("command-" + plugin, Duration.ofSeconds(2), () -> read(plugin, name, action));
            return made instanceof Guarded.Done<Verb> done
                    ? done.value()
                    : new Verb(plugin, name, "", List.of(), Map.of(), action);
        }

        Verb gone() {
            return new Verb(plugin, name, summary, parameters, types, null);
        }

        private static Verb read(String plugin, String name, PluginAction action) {
            Document schema = action.parameters();
            List<Document> required = schema.get("required").values();
            Map<String, String> types = new LinkedHashMap<>();
            List<Parameter> parameters = new ArrayList<>();
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
            String summary = action.description();
            return new Verb(
                    plugin,
                    name,
                    summary == null ? "" : summary,
                    List.copyOf(parameters),
                    Collections.unmodifiableMap(types),
                    action);
        }

        @Nullable Object run(Arguments arguments) {
            PluginAction current = action;
            if (current == null) {
                throw PluginServices.stopped(plugin);
            }
            Map<String, Document> values = new LinkedHashMap<>();
            types.forEach((key, type) ->
                    arguments.text(key).ifPresent(text -> values.put(key, document(key, type, text))));
            Call call = new Call(System.nanoTime() + LIMIT.toNanos());
            Guarded.Result<Document> result =
                    Guarded.call("command-" + plugin, LIMIT, () -> current.run(Document.object(values), call));
            if (result instanceof Guarded.Done<Document> done && done.value() != null) {
                return done.value().isString()
                        ? done.value().text("")
                        : done.value().toJson(2);
            } else if (result instanceof Guarded.Failed<Document> failed
                    && failed.cause() instanceof PluginException known) {
                // Made anew: one of the plugin's own kind would keep its classes, and its message is the plugin's code.
                throw new PluginException(known.code(), told(known, failed.sentence()));
            }
            throw new PluginException(
                    "command_failed", "Command [" + plugin + ":" + name + "] failed: " + Guarded.sentence(result));
        }

        private static String told(PluginException known, String sentence) {
            return known.getClass() == PluginException.class ? String.valueOf(known.getMessage()) : sentence;
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
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        }

        @Override
        public boolean cancelled() {
            return remaining().isZero();
        }
    }
}
