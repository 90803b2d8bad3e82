package org.sallyport.worker.internal.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sallyport.api.document.Document;
import org.sallyport.api.policy.PolicyDecision;

/**
 * Values of a closed list of types: what the JDK has of plain values and collections, documents, decisions, the API's records
 * and enumerations, and references to objects of a side. Nothing is found by a name that comes over, but for the interfaces
 * of references, and those by {@link Contracts}. Stateless.
 */
final class Values {
    /** Most levels of values within one another. */
    static final int MAX_DEPTH = Document.MAX_DEPTH + 16;

    /** Most values of a frame, with those that others hold. */
    static final int MAX_VALUES = 1 << 20;

    private static final int NULL = 0;
    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int INT = 3;
    private static final int LONG = 4;
    private static final int DOUBLE = 5;
    private static final int STRING = 6;
    private static final int BYTES = 7;
    private static final int LIST = 8;
    private static final int SET = 9;
    private static final int MAP = 10;
    private static final int STRINGS = 11;
    private static final int EMPTY = 12;
    private static final int PRESENT = 13;
    private static final int DURATION = 14;
    private static final int INSTANT = 15;
    private static final int RECORD = 16;
    private static final int ENUM = 17;
    private static final int CLASS = 18;
    private static final int DECISION = 19;
    private static final int THEIRS = 20;
    private static final int YOURS = 21;
    private static final int VIEW = 22;
    private static final int OBJECT = 32;
    private static final int ARRAY = 33;
    private static final int TEXT = 34;
    private static final int NUMBER = 35;
    private static final int DOC_TRUE = 36;
    private static final int DOC_FALSE = 37;
    private static final int DOC_NULL = 38;

    private Values() {}

    /** Who knows the objects that values refer to. */
    interface Refs {
        /** The handle of an object that the other side has; -1 if it is none. */
        int theirs(Object value);

        /** Lets the other side call an object. */
        int export(Object value, List<Class<?>> contracts);

        /** An object that the other side lets us call. */
        Object imported(int handle, List<Class<?>> contracts) throws ProtocolException;

        /** An object that we let the other side call. */
        Object own(int handle) throws ProtocolException;

        /** Finds interfaces. */
        Contracts contracts();

        /** Whether views of calls, which only the host makes, may come. */
        boolean takesViews();
    }

    /**
     * Writes a value.
     *
     * @param declared the type that the method says; what is no value is referred to by it, if it is a contract
     * @throws IllegalArgumentException if it has a type that does not go over, or too many levels
     */
    static void write(Out out, @Nullable Object value, Class<?> declared, Refs refs) {
        write(out, value, declared, refs, 0);
    }

    private static void write(Out out, @Nullable Object value, Class<?> declared, Refs refs, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("it has more than [" + MAX_DEPTH + "] levels");
        }
        out.value();
        if (value == null) {
            out.u8(NULL);
        } else if (value instanceof Document document) {
            writeDocument(out, document);
        } else if (value instanceof String text) {
            out.u8(STRING);
            out.string(text);
        } else if (value instanceof Boolean flag) {
            out.u8(flag ? TRUE : FALSE);
        } else if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            out.u8(INT);
            out.i64(((Number) value).longValue());
        } else if (value instanceof Long number) {
            out.u8(LONG);
            out.i64(number);
        } else if (value instanceof Double || value instanceof Float) {
            out.u8(DOUBLE);
            out.i64(Double.doubleToRawLongBits(((Number) value).doubleValue()));
        } else if (value instanceof PolicyDecision decision) {
            writeDecision(out, decision);
        } else if (Views.isView(value)) {
            out.u8(VIEW);
            Views.write(out, value, refs);
        } else {
            writeOther(out, value, declared, refs, depth);
        }
    }

    private static void writeOther(Out out, Object value, Class<?> declared, Refs refs, int depth) {
        if (value instanceof byte[] bytes) {
            out.u8(BYTES);
            out.bytes(bytes);
        } else if (value instanceof String[] strings) {
            out.u8(STRINGS);
            out.number(strings.length);
            for (String one : strings) {
                out.value();
                out.string(one);
            }
        } else if (value instanceof Collection<?> many) {
            // A copy: another thread may change it while it is written.
            Object[] elements = many.toArray();
            boolean set = value instanceof Set;
            out.u8(set ? SET : LIST);
            if (set) {
                Keys.check(elements);
            }
            out.number(elements.length);
            for (Object element : elements) {
                write(out, element, Object.class, refs, depth + 1);
            }
        } else if (value instanceof Map<?, ?> map) {
            Map<?, ?> copy = new LinkedHashMap<>(map);
            Keys.check(copy.keySet().toArray());
            out.u8(MAP);
            out.number(copy.size());
            copy.forEach((key, one) -> {
                write(out, key, Object.class, refs, depth + 1);
                write(out, one, Object.class, refs, depth + 1);
            });
        } else if (value instanceof Optional<?> optional) {
            out.u8(optional.isPresent() ? PRESENT : EMPTY);
            if (optional.isPresent()) {
                write(out, optional.get(), Object.class, refs, depth + 1);
            }
        } else if (value instanceof Duration duration) {
            out.u8(DURATION);
            out.i64(duration.getSeconds());
            out.number(duration.getNano());
        } else if (value instanceof Instant instant) {
            out.u8(INSTANT);
            out.i64(instant.getEpochSecond());
            out.number(instant.getNano());
        } else if (value instanceof Class<?> type) {
            out.u8(CLASS);
            out.u8(ApiTypes.payload(type));
        } else if (value instanceof Enum<?> constant && ApiTypes.place(constant.getDeclaringClass()) >= 0) {
            out.u8(ENUM);
            out.u8(ApiTypes.place(constant.getDeclaringClass()));
            out.number(constant.ordinal());
        } else if (value instanceof Record record && ApiTypes.place(record.getClass()) >= 0) {
            out.u8(RECORD);
            out.u8(ApiTypes.place(record.getClass()));
            for (Object component : ApiTypes.components(record)) {
                write(out, component, Object.class, refs, depth + 1);
            }
        } else {
            writeReference(out, value, declared, refs);
        }
    }

    private static void writeReference(Out out, Object value, Class<?> declared, Refs refs) {
        int theirs = refs.theirs(value);
        if (theirs >= 0) {
            out.u8(YOURS);
            out.number(theirs);
        } else if (Contracts.isContract(declared)) {
            out.u8(THEIRS);
            out.number(refs.export(value, List.of(declared)));
            out.number(1);
            out.string(declared.getName());
        } else {
            throw new IllegalArgumentException(
                    "a value of the type [" + value.getClass().getName()
                            + "] does not go between host and worker; take plain values, lists, maps or documents");
        }
    }

    private static void writeDocument(Out out, Document document) {
        out.value();
        switch (document.kind()) {
            case OBJECT -> {
                Map<String, Document> members = document.members();
                out.u8(OBJECT);
                out.number(members.size());
                members.forEach((key, value) -> {
                    out.string(key);
                    writeDocument(out, value);
                });
            }
            case ARRAY -> {
                List<Document> elements = document.values();
                out.u8(ARRAY);
                out.number(elements.size());
                for (Document element : elements) {
                    writeDocument(out, element);
                }
            }
            case STRING -> {
                out.u8(TEXT);
                out.string(document.text(""));
            }
            case NUMBER -> {
                out.u8(NUMBER);
                out.string(document.numberText().orElse("0"));
            }
            case BOOLEAN -> out.u8(document.asBoolean(false) ? DOC_TRUE : DOC_FALSE);
            case NULL -> out.u8(DOC_NULL);
        }
    }

    private static void writeDecision(Out out, PolicyDecision decision) {
        out.u8(DECISION);
        out.u8(decision.kind().ordinal());
        out.string(decision.reason());
        out.string(decision.reasonCode());
        writeDocument(out, decision.metadata());
        out.u8(decision.message().isPresent() ? 1 : 0);
        decision.message().ifPresent(message -> writeDocument(out, message));
    }

    /** Reads a value. */
    static @Nullable Object read(In in, Refs refs) throws ProtocolException {
        return read(in, refs, 0);
    }

    private static @Nullable Object read(In in, Refs refs, int depth) throws ProtocolException {
        if (depth > MAX_DEPTH) {
            throw new ProtocolException("a value of more than [" + MAX_DEPTH + "] levels");
        }
        in.value();
        int tag = in.u8();
        return switch (tag) {
            case NULL -> null;
            case TRUE -> true;
            case FALSE -> false;
            case INT -> (int) in.i64();
            case LONG -> in.i64();
            case DOUBLE -> Double.longBitsToDouble(in.i64());
            case STRING -> in.string();
            case BYTES -> in.bytes();
            case STRINGS -> strings(in);
            case LIST -> readList(in, refs, depth);
            case SET -> readSet(in, refs, depth);
            case MAP -> readMap(in, refs, depth);
            case EMPTY -> Optional.empty();
            case PRESENT -> Optional.of(present(read(in, refs, depth + 1)));
            case DURATION -> duration(in);
            case INSTANT -> instant(in);
            case CLASS -> ApiTypes.payload(in.u8());
            case ENUM -> ApiTypes.constant(in.u8(), in.index());
            case RECORD -> {
                ApiTypes.Shape shape = ApiTypes.shape(in.u8());
                Object[] components = new Object[shape.size()];
                for (int i = 0; i < components.length; i++) {
                    components[i] = read(in, refs, depth + 1);
                }
                yield shape.make(components);
            }
            case DECISION -> readDecision(in);
            case THEIRS -> {
                int handle = in.index();
                yield refs.imported(handle, refs.contracts().find(List.of(strings(in))));
            }
            case YOURS -> refs.own(in.index());
            case VIEW -> {
                if (!refs.takesViews()) {
                    throw new ProtocolException("a view of a call from a worker");
                }
                yield Views.read(in, refs);
            }
            default -> document(in, tag, depth);
        };
    }

    private static Object present(@Nullable Object value) throws ProtocolException {
        if (value == null) {
            throw new ProtocolException("nothing where something has to be");
        }
        return value;
    }

    private static String[] strings(In in) throws ProtocolException {
        String[] strings = new String[in.count()];
        for (int i = 0; i < strings.length; i++) {
            in.value();
            strings[i] = in.string();
        }
        return strings;
    }

    private static List<@Nullable Object> readList(In in, Refs refs, int depth) throws ProtocolException {
        List<@Nullable Object> list = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            list.add(read(in, refs, depth + 1));
        }
        return list;
    }

    private static Set<@Nullable Object> readSet(In in, Refs refs, int depth) throws ProtocolException {
        Set<@Nullable Object> set = new LinkedHashSet<>();
        Keys keys = new Keys();
        for (int left = in.count(); left > 0; left--) {
            set.add(keys.next(read(in, refs, depth + 1)));
        }
        return set;
    }

    private static Map<@Nullable Object, @Nullable Object> readMap(In in, Refs refs, int depth)
            throws ProtocolException {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        Keys keys = new Keys();
        for (int left = in.count(); left > 0; left--) {
            map.put(keys.next(read(in, refs, depth + 1)), read(in, refs, depth + 1));
        }
        return map;
    }

    private static Duration duration(In in) throws ProtocolException {
        long seconds = in.i64();
        return Duration.ofSeconds(seconds, nanos(in));
    }

    private static Instant instant(In in) throws ProtocolException {
        long seconds = in.i64();
        long nanos = nanos(in);
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw new ProtocolException("a time out of bounds");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    private static long nanos(In in) throws ProtocolException {
        int nanos = in.index();
        if (nanos > 999_999_999) {
            throw new ProtocolException("more nanoseconds than a second has");
        }
        return nanos;
    }

    /** A document. */
    static Document readDocument(In in) throws ProtocolException {
        return document(in, in.u8(), 0);
    }

    private static Document document(In in, int tag, int depth) throws ProtocolException {
        if (depth > Document.MAX_DEPTH) {
            throw new ProtocolException("a document of more than [" + Document.MAX_DEPTH + "] levels");
        }
        in.value();
        try {
            return switch (tag) {
                case OBJECT -> {
                    Map<String, Document> members = new LinkedHashMap<>();
                    for (int left = in.count(); left > 0; left--) {
                        String key = in.string();
                        members.put(key, document(in, in.u8(), depth + 1));
                    }
                    yield Document.object(members);
                }
                case ARRAY -> {
                    List<Document> elements = new ArrayList<>();
                    for (int left = in.count(); left > 0; left--) {
                        elements.add(document(in, in.u8(), depth + 1));
                    }
                    yield Document.array(elements);
                }
                case TEXT -> Document.of(in.string());
                case NUMBER -> Document.number(in.string());
                case DOC_TRUE -> Document.TRUE;
                case DOC_FALSE -> Document.FALSE;
                case DOC_NULL -> Document.NULL;
                default -> throw new ProtocolException("a value of an unknown type [" + tag + "]");
            };
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a document that is none");
        }
    }

    private static PolicyDecision readDecision(In in) throws ProtocolException {
        int kind = in.u8();
        String reason = in.string();
        String code = in.string();
        Document metadata = readDocument(in);
        Document message = in.u8() == 1 ? readDocument(in) : null;
        PolicyDecision.Kind[] kinds = PolicyDecision.Kind.values();
        if (kind >= kinds.length || !metadata.isObject()) {
            throw new ProtocolException("a decision that is none");
        }
        PolicyDecision decision = switch (kinds[kind]) {
            case ALLOW -> PolicyDecision.allow(reason, code);
            case PASS -> PolicyDecision.pass();
            case BLOCK -> PolicyDecision.block(reason, code);
            case MODIFY -> PolicyDecision.modify(document(message), reason, code);
            case COMPLETE -> PolicyDecision.complete(document(message), reason, code);
        };
        return metadata.size() == 0 ? decision : decision.withMetadata(metadata);
    }

    private static Document document(@Nullable Document message) throws ProtocolException {
        return (Document) present(message);
    }
}
