package org.sallyport.worker.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.api.document.Document;
import org.sallyport.api.plugin.HealthReporter;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.api.plugin.Scope;
import org.sallyport.api.policy.Outcome;
import org.sallyport.api.policy.PolicyDecision;
import org.sallyport.api.policy.PolicyReport;

@DisplayName("A value that goes between host and worker")
class ValuesTest {
    private static final Values.Refs NONE = new Values.Refs() {
        @Override
        public int theirs(Object value) {
            return -1;
        }

        @Override
        public int export(Object value, List<Class<?>> contracts) {
            return 7;
        }

        @Override
        public Object imported(int handle, List<Class<?>> contracts) {
            return "object " + handle;
        }

        @Override
        public Object own(int handle) throws ProtocolException {
            throw new ProtocolException("none");
        }

        @Override
        public Contracts contracts() {
            return new Contracts(name -> null);
        }

        @Override
        public boolean takesViews() {
            return false;
        }
    };

    private static byte[] written(@Nullable Object value) {
        Out out = new Out();
        Values.write(out, value, Object.class, NONE);
        return java.util.Arrays.copyOfRange(out.frame(), Out.HEADER, out.size());
    }

    private static @Nullable Object read(byte[] bytes) throws ProtocolException {
        In in = new In(bytes, 0, bytes.length);
        Object value = Values.read(in, NONE);
        in.done();
        return value;
    }

    private static @Nullable Object there(@Nullable Object value) throws ProtocolException {
        return read(written(value));
    }

    @Test
    @DisplayName("comes as it was, of each type")
    void eachType() throws ProtocolException {
        List<Object> values = List.of(
                true,
                false,
                0,
                -1,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                -0.0,
                Double.NaN,
                "",
                "text",
                "ÿ",
                "Ā",
                "\ud800 alone",
                "😀",
                List.of(1, "a"),
                Set.of("x"),
                Map.of("k", List.of()),
                Optional.empty(),
                Optional.of("x"),
                Duration.ofSeconds(-5, 3),
                Instant.parse("2026-01-01T00:00:00.000000001Z"),
                new Scope("t", "s"),
                new PluginId("a.b"),
                new HealthReporter.Health(true, "fine"),
                new PolicyReport.Stage(
                        "i", "t", "1.0.0", Outcome.BLOCKED, "r", "c", Document.EMPTY_OBJECT, "h", Duration.ZERO, ""),
                Outcome.MODIFIED,
                String.class,
                Document.object("a", Document.array(Document.number("1e400"), Document.NULL, Document.TRUE))
                        .with("\udc00", Document.of(new BigDecimal("1.10"))));
        for (Object value : values) {
            assertThat(there(value)).as("%s", value).isEqualTo(value);
        }
        assertThat(there(null)).isNull();
        assertThat((byte[]) there(new byte[] {1, -1})).containsExactly(1, -1);
        assertThat((String[]) there(new String[] {"a", "b"})).containsExactly("a", "b");
        assertThat(((Document) there(Document.number("1.10"))).numberText()).contains("1.10");
    }

    @Test
    @DisplayName("may be a decision of each kind, with all that it says")
    void decisions() throws ProtocolException {
        Document message = Document.object("m", Document.of(1));
        for (PolicyDecision decision : List.of(
                PolicyDecision.allow(),
                PolicyDecision.allow("r", "c").withMetadata(message),
                PolicyDecision.pass(),
                PolicyDecision.block("r", "c"),
                PolicyDecision.modify(message, "r", "c"),
                PolicyDecision.complete(message, "r", "c"))) {
            PolicyDecision read = (PolicyDecision) there(decision);
            assertThat(read).hasToString(decision.toString());
            assertThat(read.message()).isEqualTo(decision.message());
            assertThat(read.metadata()).isEqualTo(decision.metadata());
        }
    }

    @Test
    @DisplayName("has no type but those, whatever its name")
    void foreign() {
        assertThatThrownBy(() -> written(new StringBuilder("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[java.lang.StringBuilder] does not go between host and worker");
        assertThatThrownBy(() -> written(Thread.class)).hasMessageContaining("not [java.lang.Thread]");
        assertThatThrownBy(() -> written(Thread.State.NEW)).isInstanceOf(IllegalArgumentException.class);
        for (int tag = 0; tag < 256; tag++) {
            byte[] bytes = {(byte) tag};
            try {
                read(bytes);
            } catch (ProtocolException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    @DisplayName("may refer to an object by a contract alone")
    void references() {
        for (String name : List.of(
                "java.lang.Runnable",
                "java.io.Serializable",
                "org.sallyport.api.document.Document",
                "org.sallyport.spi.plugin.PluginFaults",
                "x".repeat(100_000))) {
            Out out = new Out();
            out.u8(20);
            out.number(1);
            out.number(1);
            out.string(name);
            byte[] bytes = java.util.Arrays.copyOfRange(out.frame(), Out.HEADER, out.size());
            assertThatThrownBy(() -> read(bytes)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    @DisplayName("has so many levels and no more")
    void depth() throws ProtocolException {
        Object deep = 1;
        for (int i = 0; i < Values.MAX_DEPTH; i++) {
            deep = List.of(deep);
        }
        assertThat(there(deep)).isEqualTo(deep);
        Object deeper = List.of(deep);
        assertThatThrownBy(() -> written(deeper)).hasMessageContaining("more than [" + Values.MAX_DEPTH + "] levels");
        byte[] endless = new byte[200_000];
        java.util.Arrays.fill(endless, (byte) 13);
        assertThatThrownBy(() -> read(endless)).isInstanceOf(ProtocolException.class);
        byte[] arrays = new byte[200_000];
        for (int i = 0; i < arrays.length; i += 2) {
            arrays[i] = 33;
            arrays[i + 1] = 1;
        }
        assertThatThrownBy(() -> read(arrays)).isInstanceOf(ProtocolException.class);
    }

    @Test
    @DisplayName("has so many values in it and no more")
    void count() throws ProtocolException {
        List<Object> many = java.util.Collections.nCopies(Values.MAX_VALUES - 1, true);
        assertThat(there(many)).isEqualTo(many);
        List<Object> more = java.util.Collections.nCopies(Values.MAX_VALUES, true);
        assertThatThrownBy(() -> written(more)).hasMessageContaining("more than [" + Values.MAX_VALUES + "] values");
        for (int tag : new int[] {8, 11, 33}) {
            Out out = new Out();
            out.u8(tag);
            out.number(Values.MAX_VALUES);
            for (int i = 0; i < Values.MAX_VALUES; i++) {
                out.u8(tag == 33 ? 38 : 0);
            }
            byte[] bytes = java.util.Arrays.copyOfRange(out.frame(), Out.HEADER, out.size());
            assertThatThrownBy(() -> read(bytes))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("values");
        }
    }

    @Test
    @DisplayName("has plain keys of one type, so that no table of them gets slow")
    void keys() throws ProtocolException {
        Map<Object, Object> longs = new java.util.LinkedHashMap<>(Map.of(1L, "a", 2L, "b"));
        longs.put(null, "c");
        assertThat(there(longs)).isEqualTo(longs);
        assertThat(there(Map.of(Outcome.BLOCKED, 1, Outcome.MODIFIED, 2))).isInstanceOf(Map.class);
        for (Object bad : List.of(
                Set.of(List.of("a")),
                Map.of(Document.of("a"), 1),
                Set.of(1, "a"),
                Map.of(1, 1, 2L, 2),
                Set.of(Set.of()))) {
            assertThatThrownBy(() -> written(bad)).as("%s", bad).hasMessageContaining("all of one type");
        }
        // A set of an empty list, a map from a document, a set of a number and a text.
        for (byte[] bytes : List.of(new byte[] {9, 1, 8, 0}, new byte[] {10, 1, 38, 0}, new byte[] {
            9, 2, 3, 0, 0, 0, 0, 0, 0, 0, 1, 6, 2, 'a'
        })) {
            assertThatThrownBy(() -> read(bytes)).hasMessageContaining("cannot be ordered");
        }
    }

    @Test
    @DisplayName("is not believed when it says how long it is")
    void lies() {
        for (int tag : new int[] {6, 7, 8, 9, 10, 11, 32, 33, 34, 35}) {
            Out out = new Out();
            out.u8(tag);
            out.number(Long.MAX_VALUE);
            byte[] bytes = java.util.Arrays.copyOfRange(out.frame(), Out.HEADER, out.size());
            assertThatThrownBy(() -> read(bytes)).as("tag %s", tag).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    @DisplayName("of random shape comes as it was")
    void randomValues() throws ProtocolException {
        Random random = new Random(5);
        for (int i = 0; i < 3_000; i++) {
            Object value = value(random, 4);
            assertThat(there(value)).isEqualTo(value);
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 7)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt();
            case 2 -> text(random);
            case 3 -> Document.of(text(random));
            case 4 -> List.of(value(random, depth - 1), value(random, depth - 1));
            case 5 -> Map.of(text(random), value(random, depth - 1));
            default ->
                Document.object(
                        text(random), Document.array(Document.of(text(random)), Document.of(random.nextLong())));
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(12); left > 0; left--) {
            text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
        }
        return text.toString();
    }

    @Test
    @DisplayName("that was damaged is refused, and nothing else happens")
    void fuzz() {
        Random random = new Random(7);
        List<byte[]> good = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            good.add(written(value(random, 4)));
        }
        good.add(written(PolicyDecision.modify(Document.object("a", Document.of("b")), "r", "c")));
        good.add(written(new Scope("a", "b")));
        int refused = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes = good.get(random.nextInt(good.size())).clone();
            for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            try {
                read(random.nextBoolean() ? bytes : cut);
            } catch (ProtocolException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(5_000);
    }
}
