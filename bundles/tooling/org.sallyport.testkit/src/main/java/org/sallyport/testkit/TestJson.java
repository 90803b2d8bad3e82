package org.sallyport.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;
import org.sallyport.spi.json.Json;
import org.sallyport.spi.json.JsonException;

/** JSON for tests: short to write, and recorded cases. */
public final class TestJson {
    private TestJson() {}

    /**
     * Reads a document whose strings stand in single quotes, so that it can stand in a Java string.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    public static Document quoted(String singleQuoted) {
        return json(singleQuoted.replace('\'', '"'));
    }

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    public static Document json(String json) {
        try {
            return Json.read(json);
        } catch (JsonException e) {
            throw new IllegalArgumentException("Not JSON: " + json, e);
        }
    }

    /** Reads recorded cases, one a line, from a resource beside a class. */
    public static List<Document> lines(Class<?> beside, String resource) {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("No resource [" + resource + "] beside [" + beside.getName() + "]");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(TestJson::json)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces what cases write short by what it stands for: {@code $repeat} [text, times], {@code $concat} [texts]. */
    public static Document expand(Document value) {
        if (value.has("$repeat")) {
            Document repeat = value.get("$repeat");
            return Document.of(
                    expand(repeat.get(0)).text("").repeat((int) repeat.get(1).asLong(0)));
        } else if (value.has("$concat")) {
            StringBuilder text = new StringBuilder();
            value.get("$concat")
                    .values()
                    .forEach(part -> text.append(expand(part).text("")));
            return Document.of(text.toString());
        } else if (value.isObject()) {
            Map<String, Document> members = new LinkedHashMap<>();
            value.members().forEach((key, member) -> members.put(key, expand(member)));
            return Document.object(members);
        } else if (value.isArray()) {
            return Document.array(value.values().stream().map(TestJson::expand).toList());
        }
        return value;
    }
}
