package org.sallyport.api.document;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An immutable JSON value (RFC 8259).
 *
 * <p>A document is what plugins read and return. It is safe to share between threads and never changes; the methods that
 * seem to change one return a new document that shares all unchanged parts. Members keep their order. Numbers keep the
 * text they were written with, so a value that nobody touches goes out as it came in. A document is at most
 * {@link #MAX_DEPTH} levels deep.
 *
 * <p>Reading is lenient on purpose, because messages come from strangers: {@link #get(String)} on something that is no
 * object gives {@link #NULL}, {@link #text()} on something that is no string gives an empty {@link Optional}.
 */
public abstract sealed class Document permits ObjectNode, ArrayNode, StringNode, NumberNode, BooleanNode, NullNode {

    /** Most levels of objects and arrays within one another; deeper ones are refused where they are built or read. */
    public static final int MAX_DEPTH = 256;

    /** The JSON literal {@code null}. */
    public static final Document NULL = new NullNode();

    /** The JSON literal {@code true}. */
    public static final Document TRUE = new BooleanNode(true);

    /** The JSON literal {@code false}. */
    public static final Document FALSE = new BooleanNode(false);

    /** An object without members. */
    public static final Document EMPTY_OBJECT = new ObjectNode(new String[0], new Document[0]);

    /** An array without elements. */
    public static final Document EMPTY_ARRAY = new ArrayNode(new Document[0]);

    /** The six kinds of JSON value. */
    public enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL
    }

    Document() {}

    /** A string value. */
    public static Document of(String value) {
        return new StringNode(value);
    }

    /** An integer value. */
    public static Document of(long value) {
        return new NumberNode(Long.toString(value));
    }

    /** A decimal value, written as {@link BigDecimal#toString()}. */
    public static Document of(BigDecimal value) {
        return new NumberNode(value.toString());
    }

    /** A boolean value. */
    public static Document of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /**
     * A number by its text.
     *
     * @param text a number as RFC 8259 section 6 writes it
     * @throws IllegalArgumentException if {@code text} is no JSON number
     */
    public static Document number(String text) {
        return new NumberNode(NumberNode.checked(text));
    }

    /** An object with these members, in the map's order. */
    public static Document object(Map<String, Document> members) {
        return members.isEmpty() ? EMPTY_OBJECT : ObjectNode.of(members);
    }

    /** An object of one member. */
    public static Document object(String key, Document value) {
        return new ObjectNode(new String[] {key}, new Document[] {value});
    }

    /** An array of these elements. */
    public static Document array(Collection<Document> elements) {
        return elements.isEmpty() ? EMPTY_ARRAY : new ArrayNode(elements.toArray(new Document[0]));
    }

    /** An array of these elements. */
    public static Document array(Document... elements) {
        return elements.length == 0 ? EMPTY_ARRAY : new ArrayNode(elements.clone());
    }

    /**
     * A document from plain Java values: {@link Map} with string keys, {@link Collection}, {@link CharSequence},
     * {@link Number}, {@link Boolean}, {@code null}, or a document itself.
     *
     * @throws IllegalArgumentException for another type, a number that JSON cannot write, or more than
     *     {@link #MAX_DEPTH} levels
     */
    public static Document fromJava(@org.jspecify.annotations.Nullable Object value) {
        return JavaValues.of(value, 0);
    }

    /** Which of the six kinds this is. */
    public abstract Kind kind();

    /** Whether this is an object. */
    public final boolean isObject() {
        return kind() == Kind.OBJECT;
    }

    /** Whether this is an array. */
    public final boolean isArray() {
        return kind() == Kind.ARRAY;
    }

    /** Whether this is a string. */
    public final boolean isString() {
        return kind() == Kind.STRING;
    }

    /** Whether this is {@link #NULL}. */
    public final boolean isNull() {
        return kind() == Kind.NULL;
    }

    /** The member of that name, or {@link #NULL} if there is none or this is no object. */
    public Document get(String key) {
        return NULL;
    }

    /** Whether this is an object with a member of that name, even one whose value is {@code null}. */
    public boolean has(String key) {
        return false;
    }

    /** The element at that place, or {@link #NULL} if there is none or this is no array. */
    public Document get(int index) {
        return NULL;
    }

    /** The value reached by following these member names, or {@link #NULL}. */
    public final Document at(String... path) {
        Document here = this;
        for (String key : path) {
            here = here.get(key);
        }
        return here;
    }

    /** Number of members or elements; 0 for a scalar. */
    public int size() {
        return 0;
    }

    /** The member names in order; empty for anything but an object. Unmodifiable. */
    public List<String> keys() {
        return List.of();
    }

    /** The elements in order, or the member values in order; empty for a scalar. Unmodifiable. */
    public List<Document> values() {
        return List.of();
    }

    /** The members as a map that keeps their order; empty for anything but an object. Unmodifiable. */
    public Map<String, Document> members() {
        return Map.of();
    }

    /** The value of a string. */
    public Optional<String> text() {
        return Optional.empty();
    }

    /** The value of a string, or {@code otherwise}. */
    public String text(String otherwise) {
        return otherwise;
    }

    /** The text of a number as it was written. */
    public Optional<String> numberText() {
        return Optional.empty();
    }

    /**
     * The value of a number that is a whole one and fits a long, or {@code otherwise}. {@code 5.0} and {@code 5e0} are
     * whole.
     */
    public long asLong(long otherwise) {
        return otherwise;
    }

    /** The value of a boolean, or {@code otherwise}. */
    public boolean asBoolean(boolean otherwise) {
        return otherwise;
    }

    /**
     * This object with the member set: in its place if it is there, else at the end.
     *
     * @throws IllegalStateException if this is no object
     */
    public Document with(String key, Document value) {
        throw new IllegalStateException("A member [" + key + "] cannot be set: this is " + kind() + ", not an object");
    }

    /**
     * This object without the member; itself if there is none.
     *
     * @throws IllegalStateException if this is no object
     */
    public Document without(String key) {
        throw new IllegalStateException(
                "A member [" + key + "] cannot be removed: this is " + kind() + ", not an object");
    }

    /**
     * This document with every piece of text replaced by what {@code mapper} gives for it. Text is every string value
     * and every member name, at any depth. Returns this very document if nothing changed. Two names that become equal
     * are told apart by a suffix {@code #2}, {@code #3}, … on the later ones, so no member is lost.
     */
    public Document mapText(UnaryOperator<String> mapper) {
        return this;
    }

    /** Levels of objects and arrays: 0 for a scalar, 1 for a flat object. */
    public abstract int depth();

    /**
     * Plain Java values: unmodifiable {@link LinkedHashMap} view, {@link List}, {@link String}, {@link Long} or
     * {@link BigDecimal}, {@link Boolean}, {@code null}.
     */
    public abstract @org.jspecify.annotations.Nullable Object toJava();

    /**
     * Compact JSON text. Line separators U+2028 and U+2029, control characters (U+007F to U+009F too) and surrogates
     * without a partner are escaped, so the text is one line for everybody, always has a UTF-8 form, and nothing is lost in it.
     */
    public final String toJson() {
        StringBuilder out = new StringBuilder(64);
        JsonWriter.write(this, out, -1, 0);
        return out.toString();
    }

    /** JSON text with members on lines of their own, indented by {@code spaces} a level. */
    public final String toJson(int spaces) {
        StringBuilder out = new StringBuilder(64);
        JsonWriter.write(this, out, spaces, 0);
        return out.toString();
    }

    /** The same as {@link #toJson()}. */
    @Override
    public final String toString() {
        return toJson();
    }
}
