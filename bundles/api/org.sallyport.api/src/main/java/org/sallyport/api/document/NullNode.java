package org.sallyport.api.document;

import org.jspecify.annotations.Nullable;

/** {@code null}. */
final class NullNode extends Document {
    @Override
    public Kind kind() {
        return Kind.NULL;
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public @Nullable Object toJava() {
        return null;
    }
}
