package org.sallyport.config.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.config.NearestName;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/**
 * Reads a text in the format of the OSGi Configurator (Compendium 8, section 150.4): JSON with comments, an object of
 * objects, names with a type such as {@code "port:Integer"}. Of our own are {@code ":sallyport:defaults": false} and
 * the value {@code null}, which removes a key from the layers below.
 */
final class LayerText {
    /** Most entries of one text. */
    static final int MAX_ENTRIES = 1_000;

    private static final int MAX_KEY = 300;
    private static final String CONFIGURATOR = ":configurator:";
    private static final String DEFAULTS = ":sallyport:defaults";

    private final Layer.Origin origin;
    private final String file;
    private final Json.Located located;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Document> entries = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> names = new LinkedHashMap<>();
    private boolean withoutDefaults;

    private LayerText(Layer.Origin origin, String file, Json.Located located) {
        this.origin = origin;
        this.file = file;
        this.located = located;
    }

    /** Reads a layer; what is wrong is among its problems. */
    static Layer read(Layer.Origin origin, String file, String text) {
        try {
            return new LayerText(origin, file, Json.readWithComments(text)).layer();
        } catch (JsonException e) {
            Problem problem = new Problem(
                    file, e.place().line(), e.place().column(), "", "", "The text is not JSON: " + e.getMessage());
            Layer empty = Layer.empty(origin);
            return new Layer(origin, file, Map.of(), Map.of(), false, empty.located(), List.of(problem));
        }
    }

    private Layer layer() {
        Document top = located.document();
        if (!top.isObject()) {
            problem("", "", "A configuration is an object of entries, but this is [" + top.kind() + "]");
        } else if (top.size() > MAX_ENTRIES) {
            problem("", "", "There are [" + top.size() + "] entries; at most [" + MAX_ENTRIES + "] are allowed");
        } else {
            top.members().forEach(this::member);
        }
        return new Layer(origin, file, entries, names, withoutDefaults, located, problems);
    }

    private void member(String key, Document value) {
        if (key.equals(DEFAULTS)) {
            if (value.kind() != Document.Kind.BOOLEAN) {
                problem(key, "", "The value is [true] or [false]");
            }
            withoutDefaults = value.equals(Document.FALSE);
        } else if (key.startsWith(CONFIGURATOR)) {
            // Said by the format's specification to whoever installs it as a resource; says nothing here.
            return;
        } else if (key.startsWith(":")) {
            problem(key, "", "This is not known" + NearestName.hint(key, List.of(DEFAULTS)));
        } else if (badForm(key)) {
            problem(
                    key,
                    "",
                    "A key is [name] or [name~instance], of at most " + MAX_KEY + " characters without spaces");
        } else if (value.isNull()) {
            entries.put(key, Document.NULL);
        } else if (!value.isObject()) {
            problem(key, "", "An entry is an object, but this is [" + value.kind() + "]");
        } else {
            entries.put(key, entry(key, value));
        }
    }

    private static boolean badForm(String key) {
        int tilde = key.indexOf('~');
        return key.isEmpty()
                || key.length() > MAX_KEY
                || tilde == 0
                || tilde == key.length() - 1
                || tilde != key.lastIndexOf('~')
                || key.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
    }

    private Document entry(String key, Document value) {
        Map<String, Document> members = new LinkedHashMap<>();
        Map<String, String> typed = new LinkedHashMap<>();
        value.members().forEach((name, member) -> {
            Optional<TypedName> type = TypedName.of(name);
            String plain = type.map(TypedName::name).orElse(name);
            if (name.startsWith(CONFIGURATOR)) {
                return;
            }
            String path = "/" + Layer.escaped(name);
            Document converted = member;
            if (type.isPresent()) {
                typed.put(plain, name);
                try {
                    converted = type.get().convert(member);
                } catch (IllegalArgumentException e) {
                    problem(key, path, e.getMessage());
                }
            }
            if (members.put(plain, converted) != null) {
                problem(key, path, "[" + plain + "] is given twice, with and without a type");
            }
        });
        if (!typed.isEmpty()) {
            names.put(key, Map.copyOf(typed));
        }
        return Document.object(members);
    }

    private void problem(String key, String path, String message) {
        Json.Place place = located.place(key.isEmpty() ? "" : "/" + Layer.escaped(key) + path);
        problems.add(new Problem(file, place.line(), place.column(), key, path, message));
    }
}
