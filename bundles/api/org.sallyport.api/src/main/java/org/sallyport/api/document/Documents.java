package org.sallyport.api.document;

import java.math.BigDecimal;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The six node classes and what they share; not exported as types of their own. */
final class Documents {
    /** From this many members on, look-ups go through a hash table that is built at the first one. */
    private static final int HASHED_FROM = 12;

    private Documents() {}

    static final class ObjectNode extends Document {
        private final String[] keys;
        private final Document[] values;
        private final int depth;
        // Built on demand; a benign race builds it twice.
        private @Nullable Map<String, Integer> index;

        ObjectNode(String[] keys, Document[] values) {
            this.keys = keys;
            this.values = values;
            this.depth = deeper(values);
        }

        static ObjectNode of(Map<String, Document> members) {
            return new ObjectNode(
                    members.keySet().toArray(new String[0]), members.values().toArray(new Document[0]));
        }

        @Override
        public Kind kind() {
            return Kind.OBJECT;
        }

        @Override
        public Document get(String key) {
            int i = indexOf(key);
            return i < 0 ? NULL : values[i];
        }

        @Override
        public boolean has(String key) {
            return indexOf(key) >= 0;
        }

        private int indexOf(String key) {
            if (keys.length >= HASHED_FROM) {
                Map<String, Integer> known = index;
                if (known == null) {
                    known = new HashMap<>(keys.length * 2);
                    for (int i = 0; i < keys.length; i++) {
                        known.put(keys[i], i);
                    }
                    index = known;
                }
                return known.getOrDefault(key, -1);
            }
            for (int i = 0; i < keys.length; i++) {
                if (keys[i].equals(key)) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public int size() {
            return keys.length;
        }

        @Override
        public List<String> keys() {
            return Collections.unmodifiableList(Arrays.asList(keys));
        }

        @Override
        public List<Document> values() {
            return Collections.unmodifiableList(Arrays.asList(values));
        }

        @Override
        public Map<String, Document> members() {
            Map<String, Document> members = new LinkedHashMap<>(keys.length * 2);
            for (int i = 0; i < keys.length; i++) {
                members.put(keys[i], values[i]);
            }
            return Collections.unmodifiableMap(members);
        }

        @Override
        public Document with(String key, Document value) {
            int i = indexOf(key);
            if (i >= 0) {
                if (values[i] == value) {
                    return this;
                }
                Document[] changed = values.clone();
                changed[i] = value;
                return new ObjectNode(keys, changed);
            }
            String[] moreKeys = Arrays.copyOf(keys, keys.length + 1);
            Document[] moreValues = Arrays.copyOf(values, keys.length + 1);
            moreKeys[keys.length] = key;
            moreValues[keys.length] = value;
            return new ObjectNode(moreKeys, moreValues);
        }

        @Override
        public Document without(String key) {
            if (indexOf(key) < 0) {
                return this;
            }
            Map<String, Document> rest = new LinkedHashMap<>(members());
            rest.remove(key);
            return Document.object(rest);
        }

        @Override
        public Document mapText(UnaryOperator<String> mapper) {
            String[] newKeys = keys;
            Document[] newValues = values;
            for (int i = 0; i < keys.length; i++) {
                String key = mapper.apply(keys[i]);
                if (!key.equals(keys[i])) {
                    newKeys = newKeys == keys ? keys.clone() : newKeys;
                    newKeys[i] = key;
                }
                Document value = values[i].mapText(mapper);
                if (value != values[i]) {
                    newValues = newValues == values ? values.clone() : newValues;
                    newValues[i] = value;
                }
            }
            if (newKeys == keys) {
                return newValues == values ? this : new ObjectNode(keys, newValues);
            }
            tellApart(newKeys);
            return new ObjectNode(newKeys, newValues);
        }

        private static void tellApart(String[] keys) {
            Set<String> seen = new HashSet<>(keys.length * 2);
            Set<String> all = new HashSet<>(Arrays.asList(keys));
            Map<String, Integer> last = new HashMap<>();
            for (int i = 0; i < keys.length; i++) {
                if (!seen.add(keys[i])) {
                    String base = keys[i];
                    int n = last.getOrDefault(base, 1);
                    do {
                        keys[i] = base + "#" + ++n;
                    } while (all.contains(keys[i]) || !seen.add(keys[i]));
                    last.put(base, n);
                }
            }
        }

        @Override
        public int depth() {
            return depth;
        }

        @Override
        public Object toJava() {
            Map<String, @Nullable Object> java = new LinkedHashMap<>(keys.length * 2);
            for (int i = 0; i < keys.length; i++) {
                java.put(keys[i], values[i].toJava());
            }
            return Collections.unmodifiableMap(java);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other == this || other instanceof ObjectNode that && sameMembers(that);
        }

        /** Members compare without order, as JSON has none. */
        private boolean sameMembers(ObjectNode that) {
            if (keys.length != that.keys.length) {
                return false;
            }
            for (int i = 0; i < keys.length; i++) {
                int j = that.indexOf(keys[i]);
                if (j < 0 || !values[i].equals(that.values[j])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int hashCode() {
            int hash = 0;
            for (int i = 0; i < keys.length; i++) {
                hash += keys[i].hashCode() ^ values[i].hashCode();
            }
            return hash;
        }
    }

    static final class ArrayNode extends Document {
        private final Document[] elements;
        private final int depth;

        ArrayNode(Document[] elements) {
            this.elements = elements;
            this.depth = deeper(elements);
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

    static final class StringNode extends Document {
        private final String value;

        StringNode(String value) {
            this.value = java.util.Objects.requireNonNull(value);
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

    static final class NumberNode extends Document {
        private final String text;

        NumberNode(String text) {
            this.text = text;
        }

        @Override
        public Kind kind() {
            return Kind.NUMBER;
        }

        @Override
        public Optional<String> numberText() {
            return Optional.of(text);
        }

        @Override
        public long asLong(long otherwise) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException notPlain) {
                return wholeOr(otherwise);
            }
        }

        private long wholeOr(long otherwise) {
            BigDecimal value = new BigDecimal(text);
            // A huge exponent would make toBigInteger build a huge number; a long has at most 19 digits.
            if (value.signum() == 0) {
                return 0;
            }
            if (value.precision() - (long) value.scale() > 19) {
                return otherwise;
            }
            try {
                return value.longValueExact();
            } catch (ArithmeticException notWhole) {
                return otherwise;
            }
        }

        @Override
        public int depth() {
            return 0;
        }

        @Override
        public Object toJava() {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException notLong) {
                return new BigDecimal(text);
            }
        }

        /** Numbers compare by value: {@code 1.0} equals {@code 1}. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof NumberNode that
                    && (text.equals(that.text) || new BigDecimal(text).compareTo(new BigDecimal(that.text)) == 0);
        }

        @Override
        public int hashCode() {
            return Double.hashCode(Double.parseDouble(text) + 0.0);
        }
    }

    static final class BooleanNode extends Document {
        private final boolean value;

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

    static final class NullNode extends Document {
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

    private static int deeper(Document[] children) {
        int deepest = 0;
        for (Document child : children) {
            deepest = Math.max(deepest, child.depth());
        }
        if (deepest >= Document.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "A document may be at most [" + Document.MAX_DEPTH + "] levels deep; flatten it");
        }
        return deepest + 1;
    }

    static String checkedNumber(String text) {
        if (!isNumber(text)) {
            throw new IllegalArgumentException("[" + text + "] is not a JSON number (RFC 8259, section 6)");
        }
        return text;
    }

    private static boolean isNumber(String text) {
        int i = 0;
        int n = text.length();
        if (i < n && text.charAt(i) == '-') {
            i++;
        }
        int digits = digits(text, i);
        if (digits == i || text.charAt(i) == '0' && digits > i + 1) {
            return false;
        }
        i = digits;
        if (i < n && text.charAt(i) == '.') {
            digits = digits(text, i + 1);
            if (digits == i + 1) {
                return false;
            }
            i = digits;
        }
        if (i < n && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            i++;
            if (i < n && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
                i++;
            }
            digits = digits(text, i);
            if (digits == i) {
                return false;
            }
            i = digits;
        }
        return i == n;
    }

    private static int digits(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    static Document fromJava(@Nullable Object value, int level) {
        if (level > Document.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "A document may be at most [" + Document.MAX_DEPTH + "] levels deep; flatten it");
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
            map.forEach((key, member) -> members.put(String.valueOf(key), fromJava(member, level + 1)));
            return Document.object(members);
        } else if (value instanceof Collection<?> collection) {
            List<Document> elements = new ArrayList<>(collection.size());
            collection.forEach(element -> elements.add(fromJava(element, level + 1)));
            return Document.array(elements);
        }
        throw new IllegalArgumentException(
                "A value of class [" + value.getClass().getName() + "] has no JSON form; use maps, lists and scalars");
    }

    static void write(Document document, StringBuilder out, int indent, int level) {
        switch (document.kind()) {
            case OBJECT -> writeObject((ObjectNode) document, out, indent, level);
            case ARRAY -> writeArray((ArrayNode) document, out, indent, level);
            case STRING -> quote(((StringNode) document).value, out);
            case NUMBER -> out.append(((NumberNode) document).text);
            case BOOLEAN -> out.append(((BooleanNode) document).value);
            case NULL -> out.append("null");
        }
    }

    private static void writeObject(ObjectNode object, StringBuilder out, int indent, int level) {
        out.append('{');
        for (int i = 0; i < object.keys.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            newLine(out, indent, level + 1);
            quote(object.keys[i], out);
            out.append(indent < 0 ? ":" : ": ");
            write(object.values[i], out, indent, level + 1);
        }
        if (object.keys.length > 0) {
            newLine(out, indent, level);
        }
        out.append('}');
    }

    private static void writeArray(ArrayNode array, StringBuilder out, int indent, int level) {
        out.append('[');
        for (int i = 0; i < array.elements.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            newLine(out, indent, level + 1);
            write(array.elements[i], out, indent, level + 1);
        }
        if (array.elements.length > 0) {
            newLine(out, indent, level);
        }
        out.append(']');
    }

    private static void newLine(StringBuilder out, int indent, int level) {
        if (indent >= 0) {
            out.append('\n').append(" ".repeat(indent * level));
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && c != '\u2028' && c != '\u2029' && !lonely(text, i)) {
                continue;
            }
            out.append(text, plainFrom, i);
            plainFrom = i + 1;
            escape(c, out);
        }
        out.append(text, plainFrom, text.length()).append('"');
    }

    /** A surrogate without its partner has no UTF-8 form, so it is written as an escape. */
    private static boolean lonely(String text, int i) {
        char c = text.charAt(i);
        if (!Character.isSurrogate(c)) {
            return false;
        }
        return Character.isHighSurrogate(c)
                ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }

    private static void escape(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            default -> {
                String hex = Integer.toHexString(c);
                out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
            }
        }
    }
}
