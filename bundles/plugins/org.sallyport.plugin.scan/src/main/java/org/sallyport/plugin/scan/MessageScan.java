package org.sallyport.plugin.scan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;

/**
 * One look at one message: every string, member name and number of it, and what base64 hides. If the rules want that,
 * what is found is replaced on the way. Used by one thread, once. A document is at most {@link Document#MAX_DEPTH} levels
 * deep, and so is the recursion.
 */
final class MessageScan {
    /**
     * Replacing can uncover something that its neighbour hid, so a text that was changed is looked at again, this often
     * at most.
     */
    static final int MAX_ROUNDS = 4;

    private final ContentRules rules;
    private final Detector detector;
    private final int shortest;
    private final TextScan texts;
    private final Hits hits = new Hits();
    private int types;
    private int count;
    private int plain;
    private int encoded;
    private boolean fixedHit;
    private boolean tooLarge;
    private boolean failed;

    MessageScan(ContentRules rules) {
        this.rules = rules;
        detector = rules.detector();
        shortest = detector.shortest();
        texts = new TextScan(detector, rules.encodedFrom());
    }

    /**
     * Looks at a whole message and gives it back: without what was found if it {@link #isRedactable}, else the content
     * does not matter; the very same if nothing was found.
     */
    Document message(Document message) {
        Document seen = message.isObject() ? object(message, true) : value(message, "", null);
        texts.close();
        return seen;
    }

    private Document value(Document value, String name, @Nullable Document owner) {
        return switch (value.kind()) {
            case STRING -> {
                String text = value.text("");
                String changed = text(text, name, Payloads.isBinary(owner, name, text));
                yield changed == text ? value : Document.of(changed);
            }
            case NUMBER -> {
                String text = value.numberText().orElse("");
                String changed = text(text, name, false);
                yield changed == text ? value : Document.of(changed);
            }
            case OBJECT -> object(value, false);
            case ARRAY -> array(value, name, owner);
            // true, false and null say nothing.
            default -> value;
        };
    }

    private Document array(Document array, String name, @Nullable Document owner) {
        List<Document> elements = array.values();
        Document[] changed = null;
        for (int i = 0; i < elements.size(); i++) {
            Document element = value(elements.get(i), name, owner);
            if (element != elements.get(i)) {
                changed = changed == null ? elements.toArray(new Document[0]) : changed;
                changed[i] = element;
            }
        }
        return changed == null ? array : Document.array(changed);
    }

    private Document object(Document object, boolean envelope) {
        List<String> keys = object.keys();
        List<Document> values = object.values();
        Map<String, Document> changed = null;
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            String newKey = key;
            Document newValue = values.get(i);
            if (!(envelope && key.equals("jsonrpc"))) {
                newKey = text(key, "", false);
                int before = count;
                newValue = value(newValue, key, object);
                fixedHit |= envelope && count > before && Envelope.isFixed(key);
            }
            if (changed == null && (newKey != key || newValue != values.get(i))) {
                changed = new LinkedHashMap<>(keys.size() * 2);
                for (int k = 0; k < i; k++) {
                    changed.put(keys.get(k), values.get(k));
                }
            }
            if (changed != null) {
                changed.put(newKey == key ? key : unused(newKey, changed, object), newValue);
            }
        }
        return changed == null ? object : Document.object(changed);
    }

    /** Two names that become equal are told apart, so no member is lost. */
    private static String unused(String key, Map<String, Document> members, Document object) {
        String candidate = key;
        // Starting from the size keeps this linear when very many names become equal.
        for (int n = members.size() + 1; members.containsKey(candidate) || object.has(candidate); n++) {
            candidate = key + "#" + n;
        }
        return candidate;
    }

    /** The text, the very same unless something was replaced in it. */
    private String text(String text, String name, boolean opaque) {
        if (text.length() < shortest) {
            return text;
        }
        if (text.length() > rules.maxText() && !opaque) {
            tooLarge = true;
            return text;
        }
        String changed = text;
        texts.plain(text, name, opaque, hits);
        if (!hits.isEmpty()) {
            found();
            plain++;
            changed = isRedactable() ? replaced(text, name, opaque) : text;
            hits.clear();
        }
        if (rules.encodedFrom() > 0 && text.length() >= rules.encodedFrom()) {
            texts.encoded(text, name, hits);
            if (!hits.isEmpty()) {
                found();
                encoded++;
                hits.clear();
            }
        }
        return changed;
    }

    private void found() {
        types |= hits.typeBits();
        hits.merge();
        count += hits.size();
    }

    /** The text without the hits at hand, which are merged, and without what that uncovers. */
    private String replaced(String text, String name, boolean opaque) {
        String changed = text;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            changed = hits.replaceIn(changed, detector);
            hits.clear();
            texts.plain(changed, name, opaque, hits);
            if (hits.isEmpty()) {
                return changed;
            }
            hits.merge();
        }
        failed = true;
        return changed;
    }

    /** Whether there is nothing to report. */
    boolean isClean() {
        return count == 0 && !tooLarge;
    }

    /** Whether a text was longer than is scanned. */
    boolean tooLarge() {
        return tooLarge;
    }

    /** Whether what was found is to be replaced and can be: it is not encoded, nor in the id or method. */
    boolean isRedactable() {
        return rules.action() == Action.REDACT && encoded == 0 && !fixedHit && !tooLarge && !failed;
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
