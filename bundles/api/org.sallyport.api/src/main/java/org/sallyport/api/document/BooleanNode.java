package org.sallyport.api.document;

/** {@code true} or {@code false}. */
final class BooleanNode extends Document {
    final boolean value;

    BooleanNode(boolean value) {
        this.value = value;
    }

    @Override
    public Kind kind() {
        return Kind.BOOLEAN;
    }

    @Override
    public boolean asBoolean(boolean otherwise) {
        return value;
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public Object toJava() {
        return value;
    }
}
