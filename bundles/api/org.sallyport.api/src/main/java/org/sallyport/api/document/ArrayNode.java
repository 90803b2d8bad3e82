package org.sallyport.api.document;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Elements in order. */
final class ArrayNode extends Document {
    final Document[] elements;
    private final int depth;

    ArrayNode(Document[] elements) {
        this.elements = elements;
        this.depth = Depth.above(elements);
    }

    @Override
    public Kind kind() {
        return Kind.ARRAY;
    }

    @Override
    public Document get(int index) {
        return index < 0 || index >= elements.length ? NULL : elements[index];
    }

    @Override
    public int size() {
        return elements.length;
    }

    @Override
    public List<Document> values() {
        return Collections.unmodifiableList(Arrays.asList(elements));
    }

    @Override
    public Document mapText(UnaryOperator<String> mapper) {
        Document[] changed = elements;
        for (int i = 0; i < elements.length; i++) {
            Document element = elements[i].mapText(mapper);
            if (element != elements[i]) {
                changed = changed == elements ? elements.clone() : changed;
                changed[i] = element;
            }
        }
        return changed == elements ? this : new ArrayNode(changed);
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public Object toJava() {
        return new AbstractList<@Nullable Object>() {
            @Override
            public @Nullable Object get(int i) {
                return elements[i].toJava();
            }

            @Override
            public int size() {
                return elements.length;
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ArrayNode that && Arrays.equals(elements, that.elements);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(elements);
    }
}
