package org.sallyport.plugin.scan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;

/** Rewrites a message so that a second look finds nothing. Used by one thread, once. */
final class Redaction {
    /**
     * Replacing can uncover something that its neighbour hid, so each text is looked at again, this often at most.
     */
    static final int MAX_ROUNDS = 4;

    private final Detector detector;
    private final Hits hits = new Hits();
    private boolean failed;

    Redaction(Detector detector) {
        this.detector = detector;
    }

    /** The message without what was found, its id and method as they were; {@code null} if that cannot be done. */
    @Nullable Document of(Document message) {
        Document redacted = message.isObject() ? object(message, true) : value(message, "", null);
        return failed ? null : redacted;
    }

    private Document value(Document value, String name, @Nullable Document owner) {
        return switch (value.kind()) {
            case STRING -> {
                String text = value.text("");
                String changed = text(text, name, Payloads.isBinary(owner, name, value));
                yield changed.equals(text) ? value : Document.of(changed);
            }
            case NUMBER -> {
                String text = value.numberText().orElse("");
                String changed = text(text, name, false);
                yield changed.equals(text) ? value : Document.of(changed);
            }
            case OBJECT -> object(value, false);
            case ARRAY -> array(value, name, owner);
            default -> value;
        };
    }

    private Document array(Document array, String name, @Nullable Document owner) {
        List<Document> values = array.values();
        Document[] changed = null;
        for (int i = 0; i < values.size(); i++) {
            Document element = value(values.get(i), name, owner);
            if (element != values.get(i)) {
                changed = changed == null ? values.toArray(new Document[0]) : changed;
                changed[i] = element;
            }
        }
        return changed == null ? array : Document.array(changed);
    }

    private Document object(Document object, boolean envelope) {
        List<String> keys = object.keys();
        List<Document> values = object.values();
        Map<String, Document> members = new LinkedHashMap<>(keys.size() * 2);
        boolean changed = false;
        for (int i = 0; i < keys.size(); i++) {
            if (envelope && Envelope.isFixed(keys.get(i))) {
                members.put(keys.get(i), values.get(i));
                continue;
            }
            String key = text(keys.get(i), "", false);
            Document value = value(values.get(i), keys.get(i), object);
            changed |= value != values.get(i) || !key.equals(keys.get(i));
            members.put(key.equals(keys.get(i)) ? key : unused(key, members, object), value);
        }
        return changed ? Document.object(members) : object;
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

    private String text(String text, String name, boolean opaque) {
        String changed = text;
        for (int round = 0; round < MAX_ROUNDS && changed.length() > 1; round++) {
            hits.clear();
            TextScan.plain(detector, changed, name, opaque, hits);
            if (hits.isEmpty()) {
                return changed;
            }
            hits.merge();
            changed = hits.replaceIn(changed, detector);
        }
        hits.clear();
        TextScan.plain(detector, changed, name, opaque, hits);
        failed |= !hits.isEmpty();
        return changed;
    }
}
