package org.sallyport.plugin.notes.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sample notes: harmless ones, and one for each kind of thing that a policy should notice. Immutable. */
final class Notes {
    private static final List<String> NAMES = List.of("welcome", "groceries", "contact", "deployment", "meeting");

    /** Keeps the sample key apart in the source, so that scanners of repositories do not take it for a real one. */
    private static final String JOIN = "{join}";

    private final Map<String, Note> byName;

    /**
     * A note.
     *
     * @param title its first line
     * @param text all of it
     */
    record Note(String title, String text) {}

    Notes() {
        Map<String, Note> notes = new LinkedHashMap<>();
        NAMES.forEach(name -> notes.put(name, read(name)));
        byName = Collections.unmodifiableMap(notes);
    }

    private static Note read(String name) {
        try (InputStream in = Notes.class.getResourceAsStream(name + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("The note [" + name + "] is missing from the bundle; build it anew");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(JOIN, "")
                    .strip();
            return new Note(text.lines().findFirst().orElse(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All notes by name, in a fixed order. */
    Map<String, Note> all() {
        return byName;
    }

    Optional<Note> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
