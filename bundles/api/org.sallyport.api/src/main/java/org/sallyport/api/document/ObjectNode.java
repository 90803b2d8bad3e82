package org.sallyport.api.document;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Members in order. From {@value #HASHED_FROM} members on, look-ups go through a hash table that is built at the first one. */
final class ObjectNode extends Document {
    static final int HASHED_FROM = 12;

    final String[] keys;
    final Document[] values;
    private final int depth;
    // Built on demand; a benign race builds it twice.
    private @Nullable Map<String, Integer> index;

    ObjectNode(String[] keys, Document[] values) {
        this.keys = keys;
        this.values = values;
        this.depth = Depth.above(values);
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
