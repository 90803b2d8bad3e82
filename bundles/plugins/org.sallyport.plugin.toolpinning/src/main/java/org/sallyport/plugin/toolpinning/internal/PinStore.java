package org.sallyport.plugin.toolpinning.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.plugin.Storage;

/**
 * The pins of all servers: in memory to be asked, in the plugin's storage to be kept. One value a server, so that a list
 * of many new tools is one write. Thread-safe; reading takes no lock, and changes come one after the other.
 */
@Component(service = PinStore.class)
public final class PinStore {
    private static final String SERVER = "server/";

    private final PluginContext context;
    private final Storage storage;
    private final Map<String, Pins> known = new ConcurrentHashMap<>();
    private final Map<String, PinSettings> modes = new ConcurrentHashMap<>();
    private final List<AutoCloseable> commands;

    /** Offers the commands, too. */
    @Activate
    public PinStore(@Reference PluginContext context) {
        this.context = context;
        this.storage = context.storage(Scope.GLOBAL);
        this.commands = PinCommands.of(this).stream()
                .map(command -> context.commands().register(command))
                .toList();
    }

    /** Takes the commands back. */
    @Deactivate
    void end() throws Exception {
        for (AutoCloseable command : commands) {
            command.close();
        }
    }

    /** The servers of which something is known, sorted. */
    List<String> servers() {
        return storage.keys(SERVER).stream()
                .map(key -> key.substring(SERVER.length()))
                .toList();
    }

    Pins of(String server) {
        Pins pins = known.get(server);
        return pins == null ? load(server) : pins;
    }

    private synchronized Pins load(String server) {
        return known.computeIfAbsent(
                server, name -> Pins.of(storage.get(SERVER + name).orElse(Document.NULL)));
    }

    /** What holds for a server now; its calls are judged by it. */
    void mode(String server, PinSettings settings) {
        if (!settings.equals(modes.get(server))) {
            modes.put(server, settings);
        }
    }

    /** What was last said to hold for a server; nothing is held for one of which nothing was said. */
    PinSettings mode(String server) {
        return modes.getOrDefault(server, PinSettings.NOTHING);
    }

    /** Notes what a server listed; reports what was not held before. */
    Pins seen(String server, Map<String, Definition> listed, boolean trust) {
        Pins before = of(server);
        if (before.seen(listed, trust) == before) {
            return before;
        }
        Pins after = change(server, pins -> pins.seen(listed, trust));
        after.all().forEach((tool, pin) -> {
            Pin old = before.of(tool);
            if (pin.held() != null && !pin.held().isSame(old == null ? null : old.held())) {
                report(server, tool, pin);
            }
        });
        return after;
    }

    private void report(String server, String tool, Pin pin) {
        boolean changed = pin.approved() != null;
        context.logger()
                .warn(
                        "Tool [{}] of server [{}] {}; 'tool-pinning:diff --server {}' shows it",
                        Readable.name(tool),
                        server,
                        changed ? "is not what was approved" : "was never approved",
                        server);
        context.events()
                .publish(
                        "held",
                        Document.object("server", Document.of(server))
                                .with("tool", Document.of(tool))
                                .with("changed", Document.of(changed)));
    }

    /** Changes what is known of a server; when it returns it is stored. */
    synchronized Pins change(String server, UnaryOperator<Pins> change) {
        Document stored = storage.update(
                SERVER + server, old -> change.apply(Pins.of(old)).toDocument());
        Pins pins = Pins.of(stored);
        known.put(server, pins);
        return pins;
    }

    /** Forgets a server. */
    synchronized void forget(String server) {
        storage.remove(SERVER + server);
        known.remove(server);
    }
}
