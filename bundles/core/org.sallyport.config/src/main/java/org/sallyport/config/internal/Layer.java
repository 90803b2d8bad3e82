package org.sallyport.config.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.spi.config.Configuration.Problem;
import org.sallyport.spi.json.Json;

/**
 * One text of configuration, read. Immutable.
 *
 * @param origin where it comes from
 * @param file the file's name; empty if it is none
 * @param entries by key, in the text's order; {@link Document#NULL} removes the key from the layers below
 * @param names of each key the names that had a type in the text, such as {@code port} for {@code port:Integer}
 * @param withoutDefaults whether the text does away with the built-in defaults
 * @param located the text's values with their places
 * @param problems what is wrong with the text; its entries do not count then
 */
record Layer(
        Origin origin,
        String file,
        Map<String, Document> entries,
        Map<String, Map<String, String>> names,
        boolean withoutDefaults,
        Json.Located located,
        List<Problem> problems) {

    /** Where a layer comes from, lowest first. */
    enum Origin {
        DEFAULTS("the built-in defaults"),
        FILE("a file"),
        OVERRIDES("the command line");

        private final String words;

        Origin(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** A layer without anything. */
    static Layer empty(Origin origin) {
        return new Layer(
                origin, "", Map.of(), Map.of(), false, new Json.Located(Document.EMPTY_OBJECT, Map.of()), List.of());
    }

    /** A file that could not even be read. */
    static Layer unreadable(String file, String message) {
        Layer empty = empty(Origin.FILE);
        Problem problem = new Problem(file, 0, 0, "", "", message);
        return new Layer(Origin.FILE, file, empty.entries, empty.names, false, empty.located, List.of(problem));
    }

    Layer {
        entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        names = Map.copyOf(names);
        problems = List.copyOf(problems);
    }

    /** The place of a value that belongs to an entry, by its pointer into the entry's value. */
    Json.Place place(String key, String path) {
        String pointer = path;
        for (Map.Entry<String, String> typed : names.getOrDefault(key, Map.of()).entrySet()) {
            String plain = "/" + escaped(typed.getKey());
            if (path.equals(plain) || path.startsWith(plain + "/")) {
                pointer = "/" + escaped(typed.getValue()) + path.substring(plain.length());
            }
        }
        return located.place("/" + escaped(key) + pointer);
    }

    /** A step of a JSON Pointer. */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
