package org.sallyport.plugin.toolpinning.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;

/** What is known of the tools of one server. Immutable. */
final class Pins {
    static final Pins NONE = new Pins(Map.of());

    /** Most tools of a server that are remembered. */
    static final int MAX_TOOLS = 1_000;

    /** Longest name of a tool, in characters of JSON text; MCP asks for at most 128. */
    static final int MAX_NAME = 258;

    /** Most characters of all texts together as they are stored; beyond them only hashes are kept. */
    static final int MAX_TEXTS = 500_000;

    private final Map<String, Pin> byName;

    private Pins(Map<String, Pin> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** What is known of a tool; {@code null} if nothing is. */
    @Nullable Pin of(String tool) {
        return byName.get(tool);
    }

    /** By the tools' names, sorted. Unmodifiable. */
    Map<String, Pin> all() {
        return byName;
    }

    /**
     * The same after the server listed these tools; this very object if nothing is new. A tool for which there is no room
     * is not remembered, so it is never approved.
     *
     * @param trust whether a tool that was never seen is approved as it is
     */
    Pins seen(Map<String, Definition> listed, boolean trust) {
        Map<String, Pin> next = byName;
        for (Map.Entry<String, Definition> tool : listed.entrySet()) {
            String name = tool.getKey();
            Pin old = next.get(name);
            if (old == null && (next.size() >= MAX_TOOLS || name.isEmpty() || stored(name) > MAX_NAME)) {
                continue;
            }
            Pin pin = old == null
                    ? trust ? new Pin(tool.getValue(), null) : new Pin(null, tool.getValue())
                    : old.seen(tool.getValue());
            if (pin != old) {
                next = next == byName ? new TreeMap<>(byName) : next;
                next.put(name, pin);
            }
        }
        return next == byName ? this : new Pins(bounded(next));
    }

    /** The same with the held form of a tool approved. */
    Pins approved(String tool) {
        Pin pin = byName.get(tool);
        if (pin == null || !pin.isHeld()) {
            return this;
        }
        Map<String, Pin> next = new TreeMap<>(byName);
        next.put(tool, new Pin(pin.held(), null));
        return new Pins(next);
    }

    /** The same as if the tool had never been seen. */
    Pins without(String tool) {
        Map<String, Pin> next = new TreeMap<>(byName);
        next.remove(tool);
        return new Pins(next);
    }

    /** Texts are for people; when there are too many, those of the last tools by name go, and the hashes stay. */
    private static Map<String, Pin> bounded(Map<String, Pin> pins) {
        Map<String, Pin> bounded = new TreeMap<>();
        int room = MAX_TEXTS;
        for (Map.Entry<String, Pin> entry : pins.entrySet()) {
            Pin pin = entry.getValue();
            room -= length(pin.approved()) + length(pin.held());
            bounded.put(entry.getKey(), room < 0 ? pin.withoutTexts() : pin);
        }
        return bounded;
    }

    private static int length(@Nullable Definition definition) {
        return definition == null || definition.text() == null ? 0 : stored(definition.text());
    }

    /** Characters that a text takes where it is stored. */
    private static int stored(String text) {
        return Document.of(text).toJson().length();
    }

    Document toDocument() {
        Map<String, Document> tools = new LinkedHashMap<>();
        byName.forEach((name, pin) -> tools.put(name, pin.toDocument()));
        return Document.object("tools", Document.object(tools));
    }

    static Pins of(Document document) {
        Map<String, Pin> pins = new TreeMap<>();
        document.get("tools").members().forEach((name, stored) -> {
            Pin pin = Pin.of(stored);
            if (pin.approved() != null || pin.isHeld()) {
                pins.put(name, pin);
            }
        });
        return pins.isEmpty() ? NONE : new Pins(pins);
    }
}
