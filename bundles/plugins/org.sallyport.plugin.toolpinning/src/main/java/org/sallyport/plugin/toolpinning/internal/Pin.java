package org.sallyport.plugin.toolpinning.internal;

import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;

/**
 * What is known of one tool.
 *
 * @param approved how it may be; {@code null} if it was never approved
 * @param held how it is now and may not be; {@code null} if there is no such thing
 */
record Pin(@Nullable Definition approved, @Nullable Definition held) {
    private static final String APPROVED = "approved";
    private static final String HELD = "held";
    private static final String HASH = "sha256";
    private static final String TEXT = "text";

    boolean isHeld() {
        return held != null;
    }

    /** The same after the server described the tool like this. */
    Pin seen(Definition definition) {
        if (definition.isSame(approved)) {
            return held == null ? this : new Pin(approved, null);
        }
        return definition.isSame(held) ? this : new Pin(approved, definition);
    }

    Pin withoutTexts() {
        return new Pin(approved == null ? null : approved.withoutText(), held == null ? null : held.withoutText());
    }

    Document toDocument() {
        Document document = Document.EMPTY_OBJECT;
        document = approved == null ? document : document.with(APPROVED, stored(approved));
        return held == null ? document : document.with(HELD, stored(held));
    }

    static Pin of(Document document) {
        return new Pin(read(document.get(APPROVED)), read(document.get(HELD)));
    }

    private static Document stored(Definition definition) {
        Document stored = Document.object(HASH, Document.of(definition.sha256()));
        return definition.text() == null ? stored : stored.with(TEXT, Document.of(definition.text()));
    }

    private static @Nullable Definition read(Document stored) {
        return stored.isObject()
                ? new Definition(
                        stored.get(HASH).text(""), stored.get(TEXT).text().orElse(null))
                : null;
    }
}
