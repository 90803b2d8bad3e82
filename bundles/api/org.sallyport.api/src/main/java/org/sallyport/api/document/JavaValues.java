package org.sallyport.api.document;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns plain Java values into documents. */
final class JavaValues {
    private JavaValues() {}

    static Document of(@Nullable Object value, int level) {
        if (level > Document.MAX_DEPTH) {
            throw Depth.exceeded();
        }
        if (value == null) {
            return Document.NULL;
        } else if (value instanceof Document document) {
            return document;
        } else if (value instanceof CharSequence text) {
            return Document.of(text.toString());
        } else if (value instanceof Boolean bool) {
            return Document.of(bool);
        } else if (value instanceof Number number) {
            return Document.number(number.toString());
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Document> members = new LinkedHashMap<>(map.size() * 2);
            map.forEach((key, member) -> members.put(String.valueOf(key), of(member, level + 1)));
            return Document.object(members);
        } else if (value instanceof Collection<?> collection) {
            List<Document> elements = new ArrayList<>(collection.size());
            collection.forEach(element -> elements.add(of(element, level + 1)));
            return Document.array(elements);
        }
        throw new IllegalArgumentException(
                "A value of class [" + value.getClass().getName() + "] has no JSON form; use maps, lists and scalars");
    }
}
