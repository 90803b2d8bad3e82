package org.sallyport.config.internal.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;

/** What an import brought: entries and notes on what a person should know. Not thread-safe. */
public final class Imported {
    private static final int MAX_NOTES = 500;

    private final String origin;
    private final Json.Located source;
    private final Map<String, Document> entries = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param origin what it is made from, in words
     * @param source for the line numbers of notes
     */
    Imported(String origin, Json.Located source) {
        this.origin = origin;
        this.source = source;
    }

    void put(String key, Document value) {
        entries.put(key, value);
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    Document get(String key) {
        return entries.getOrDefault(key, Document.EMPTY_OBJECT);
    }

    /** Notes something about a place of the source. */
    void note(String pointer, String message) {
        if (notes.size() < MAX_NOTES) {
            notes.add("line " + source.place(pointer).line() + ": " + message);
        }
    }

    /** The notes, in their order. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The entries by key. */
    public Map<String, Document> entries() {
        return Map.copyOf(entries);
    }

    /** Our format: comments on top say where it comes from and what was left out. */
    public String text() {
        StringBuilder text = new StringBuilder();
        comment(text, "Made by 'config import' from " + origin + ".");
        if (!notes.isEmpty()) {
            comment(text, "What to know:");
            notes.forEach(note -> comment(text, "  " + note));
        }
        return text.append(Document.object(entries).toJson(2)).append('\n').toString();
    }

    private static void comment(StringBuilder text, String line) {
        text.append("// ").append(line.replaceAll("\\R|\\p{Cntrl}", " ")).append('\n');
    }
}
