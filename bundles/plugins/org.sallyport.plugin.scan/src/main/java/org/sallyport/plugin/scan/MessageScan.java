package org.sallyport.plugin.scan;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;

/**
 * One look at one message: every string, member name and number of it, and what base64 hides. Used by one thread, once.
 */
final class MessageScan {
    private final ContentRules rules;
    private final Hits hits = new Hits();
    private int types;
    private int count;
    private int plain;
    private int encoded;
    private boolean fixedHit;
    private boolean tooLarge;

    MessageScan(ContentRules rules) {
        this.rules = rules;
    }

    /** Looks at a whole message. */
    void message(Document message) {
        if (!message.isObject()) {
            value(message, "", null);
            return;
        }
        List<String> keys = message.keys();
        List<Document> values = message.values();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            if (key.equals("jsonrpc")) {
                continue;
            }
            name(key);
            int before = count;
            value(values.get(i), key, message);
            if (Envelope.isFixed(key) && count > before) {
                fixedHit = true;
            }
        }
    }

    private void value(Document value, String name, @Nullable Document owner) {
        switch (value.kind()) {
            case STRING -> text(value.text(""), name, Payloads.isBinary(owner, name, value));
            case NUMBER -> text(value.numberText().orElse(""), name, false);
            case OBJECT -> {
                List<String> keys = value.keys();
                List<Document> values = value.values();
                for (int i = 0; i < keys.size(); i++) {
                    name(keys.get(i));
                    value(values.get(i), keys.get(i), value);
                }
            }
            case ARRAY -> {
                List<Document> values = value.values();
                for (int i = 0; i < values.size(); i++) {
                    value(values.get(i), name, owner);
                }
            }
            default -> {
                // true, false and null say nothing.
            }
        }
    }

    private void name(String name) {
        text(name, "", false);
    }

    private void text(String text, String name, boolean opaque) {
        if (text.length() < 2) {
            return;
        }
        if (text.length() > rules.maxText() && !opaque) {
            tooLarge = true;
            return;
        }
        hits.clear();
        TextScan.plain(rules.detector(), text, name, opaque, hits);
        if (!hits.isEmpty()) {
            found();
            plain++;
        }
        if (rules.encodedFrom() > 0) {
            hits.clear();
            TextScan.encoded(rules, text, name, opaque, hits);
            if (!hits.isEmpty()) {
                found();
                encoded++;
            }
        }
    }

    private void found() {
        types |= hits.typeBits();
        hits.merge();
        count += hits.size();
    }

    /** Whether there is nothing to report. */
    boolean isClean() {
        return count == 0 && !tooLarge;
    }

    /** Whether a text was longer than is scanned. */
    boolean tooLarge() {
        return tooLarge;
    }

    /** Whether something was found that cannot be replaced: it is encoded, or in the id or method. */
    boolean beyondRedaction() {
        return encoded > 0 || fixedHit;
    }

    /** Whether all that was found was encoded. */
    boolean onlyEncoded() {
        return plain == 0 && encoded > 0;
    }

    /** The types found, as bits. */
    int types() {
        return types;
    }

    /** Number of places where something was found. */
    int count() {
        return count;
    }
}
