package org.sallyport.sandbox.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.sallyport.sandbox.internal.Compiled;
import org.sallyport.sandbox.internal.weave.Weaver;

/** {@code -Dfuzz.runs=100000} runs longer. */
@DisplayName("Damaged class files")
class ClassFuzzTest {
    private static final int RUNS = Integer.getInteger("fuzz.runs", 1_000);

    private static final ApiList API = ApiList.load(Runtime.version().feature());

    @Test
    @DisplayName("are refused, pass as what they are, or cannot be woven; nothing else comes of them")
    void mutated() throws Exception {
        Map<String, byte[]> sound = Compiled.empty().source("test.P", """
                        public class P implements Callable<Object>, Comparable<P> {
                            record R(int a, String b) {}
                            enum E { A, B { } }
                            public Object call() throws Exception {
                                for (int i = 0; i < 3; i++) { try { synchronized (this) { hashCode(); } } finally { toString(); } }
                                Supplier<Object> s = () -> new R(1, "x" + E.A);
                                return s.get() instanceof R r ? new long[2][3] : Pattern.compile("a").matcher("b").find();
                            }
                            public int compareTo(P o) { switch (o.toString()) { case "a": return 1; default: return 0; } }
                        }
                        """).classes();
        List<Map.Entry<String, byte[]>> all = new ArrayList<>(sound.entrySet());
        Verifier verifier = new Verifier(API, new Jdk());
        int read = 0;
        int woven = 0;
        for (int run = 0; run < RUNS; run++) {
            Random random = new Random(run);
            Map.Entry<String, byte[]> one = all.get(random.nextInt(all.size()));
            byte[] bad = mutated(one.getValue(), random);
            PluginArchive archive = new PluginArchive(Map.of(one.getKey(), bad), Map.of(), Map.of());
            PluginClasses classes;
            try {
                classes = PluginClasses.of(archive);
                read++;
            } catch (PluginClasses.Unreadable expected) {
                continue;
            }
            try {
                verifier.check(archive, classes, Set.of(), Set.of());
                new Weaver(API, classes, EntryPoints.of(archive, classes, new Jdk())).weave(bad);
                woven++;
            } catch (IllegalArgumentException expected) {
                // Refused.
            } catch (RuntimeException | Error e) {
                throw new AssertionError("run " + run, e);
            }
        }

        assertThat(read).as("some are readable still").isGreaterThan(0).isLessThan(RUNS);
        assertThat(woven).isGreaterThan(0);
    }

    private static byte[] mutated(byte[] sound, Random random) {
        byte[] bad = sound.clone();
        if (random.nextInt(8) == 0) {
            return java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
        }
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        return bad;
    }
}
