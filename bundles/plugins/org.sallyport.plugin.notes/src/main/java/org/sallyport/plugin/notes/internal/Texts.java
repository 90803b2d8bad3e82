package org.sallyport.plugin.notes.internal;

import java.util.List;
import java.util.Map;
import org.sallyport.api.document.Document;

/** Documents that all actions need. */
final class Texts {
    private Texts() {}

    /** A result of one text. */
    static Document result(String text) {
        return Document.fromJava(Map.of(
                "content", List.of(Document.object("type", Document.of("text")).with("text", Document.of(text)))));
    }

    /** The schema of an object with one required string. */
    static Document oneString(String name, String description) {
        return Document.object("type", Document.of("object"))
                .with(
                        "properties",
                        Document.object(
                                name,
                                Document.object("type", Document.of("string"))
                                        .with("description", Document.of(description))))
                .with("required", Document.array(Document.of(name)))
                .with("additionalProperties", Document.FALSE);
    }

    /** The schema of an object without members. */
    static Document nothing() {
        return Document.object("type", Document.of("object"))
                .with("properties", Document.EMPTY_OBJECT)
                .with("additionalProperties", Document.FALSE);
    }
}
