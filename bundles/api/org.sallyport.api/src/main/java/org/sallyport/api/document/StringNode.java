package org.sallyport.api.document;

import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A string. */
final class StringNode extends Document {
    final String value;

    StringNode(String value) {
        this.value = Objects.requireNonNull(value);
    }

    @Override
    public Kind kind() {
        return Kind.STRING;
    }

    @Override
    public Optional<String> text() {
        return Optional.of(value);
    }

    @Override
    public String text(String otherwise) {
        return value;
    }

    @Override
    public Document mapText(UnaryOperator<String> mapper) {
        String mapped = mapper.apply(value);
        return mapped.equals(value) ? this : new StringNode(mapped);
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public Object toJava() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StringNode that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
