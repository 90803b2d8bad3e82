package org.sallyport.sandbox.internal.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.sallyport.sandbox.internal.Compiled;
import org.sallyport.sandbox.internal.Confined;

@DisplayName("A call that runs away")
@Timeout(60)
class RunawayTest {
    private static final Limits LIMITS = new Limits(100, 200, 64L << 20, 8L << 20);

    private static final List<String> ENDLESS = List.of(
            "while (true) { }",
            "for (int i = 0; ; i++) { if (i < -1) break; } return 1;",
            "while (true) { try { while (true) { } } catch (Throwable t) { } }",
            "while (true) { try { throw new Exception(); } catch (Throwable t) { } finally { while (true) { } } }",
            "for (;;) { try { continue; } finally { continue; } }",
            "again(); return 1;",
            "try { deep(0); } catch (Throwable t) { while (true) { } } return 1;",
            "while (true) { synchronized (this) { synchronized (String.class) { hashCode(); } } }",
            "synchronized (this) { while (true) { } }",
            "return Pattern.compile(\".*.*.*.*.*.*.*.*.*.*.*x\").matcher(\"a\".repeat(200)).matches();",
            "return \"a\".repeat(200).matches(\".*.*.*.*.*.*.*.*.*.*.*x\");",
            "return \"a\".repeat(200).replaceAll(\"(a*)\\\\1.*.*.*.*.*.*.*.*.*x\", \"\");",
            "return \"a\".repeat(200).split(\".*.*.*.*.*.*.*.*.*.*x\").length;",
            "Function<String, Matcher> m = Pattern.compile(\"x*x*x*x*x*x*x*x*x*x*x*y\")::matcher; return m.apply(\"x\".repeat(200)).find();",
            "Stream.generate(() -> 1).forEach(x -> { }); return 1;",
            "new ArrayList<>(List.of(2, 1)).sort((a, b) -> { while (true) { } }); return 1;",
            "new TreeMap<P, String>().put(this, \"\"); return 1;",
            "Thread.sleep(60_000); return 1;",
            "while (true) { try { Thread.sleep(60_000); } catch (InterruptedException e) { } }",
            "synchronized (this) { while (true) { try { wait(); } catch (InterruptedException e) { } } }",
            "new Semaphore(0).acquire(); return 1;",
            "new LinkedBlockingQueue<String>().take(); return 1;",
            "return Spin.VALUE;",
            "return new Stuck();",
            "for (;;) { switch ((int) System.nanoTime() & 1) { case 1: continue; default: } }");

    private static final List<String> GREEDY = List.of(
            "List<byte[]> l = new ArrayList<>(); while (true) { l.add(new byte[1 << 20]); }",
            "List<long[][]> l = new ArrayList<>(); while (true) { l.add(new long[100][1000]); }",
            "while (true) { try { Object o = new int[1 << 20]; } catch (Throwable t) { } }",
            "return new byte[1 << 30];",
            "return new int[1000][1000][1000];",
            "return \"abc\".repeat(1 << 28);",
            "Function<Integer, String> f = \"abc\"::repeat; return f.apply(1 << 28);",
            "return new ArrayList<>(1 << 28);",
            "IntFunction<Object> f = ArrayList::new; return f.apply(1 << 28);",
            "IntFunction<Object> f = long[]::new; return f.apply(1 << 27);",
            "return new HashMap<>(1 << 28, 0.5f);",
            "class L extends ArrayList<String> { L() { super(1 << 28); } } return new L();",
            "return BigInteger.TEN.pow(1 << 28);",
            "return BigInteger.ONE.shiftLeft(Integer.MAX_VALUE);",
            "return new BigDecimal(\"1e1000000000\").toBigInteger();",
            "return BigDecimal.ONE.setScale(1_000_000_000);",
            "return String.format(\"%2000000000d\", 1);",
            "return \"%1$999999999s\".formatted(\"x\");",
            "return new ArrayList<>(Collections.nCopies(1 << 28, \"x\"));",
            "return Arrays.copyOf(new long[1], 1 << 28);",
            "return ByteBuffer.allocate(1 << 30);",
            "StringBuilder b = new StringBuilder(); b.setLength(1 << 29); return b;",
            "StringBuilder b = new StringBuilder(\"abcdefgh\"); while (true) { b.append(b); if (b.length() > 1 << 20) b.setLength(8); }");

    private static final Confined PLUGIN = Confined.of(all(), LIMITS);

    private static Compiled all() {
        Compiled all = Compiled.empty()
                .source(
                        "test.Spin",
                        "class Spin { static final Object VALUE = spin(); static Object spin() { while (true) { } } }")
                .source(
                        "test.Stuck",
                        "class Stuck { Stuck() { this(go()); } Stuck(int i) { } static int go() { while (true) { } } }");
        List<String> codes = Stream.concat(ENDLESS.stream(), GREEDY.stream()).toList();
        for (int i = 0; i < codes.size(); i++) {
            all.source("test.P" + i, """
                    public class PN implements Callable<Object>, Comparable<PN> {
                        public Object call() throws Exception { CODE }
                        void again() { try { again(); } catch (Throwable t) { again(); } finally { again(); } }
                        int deep(int n) { return 1 + deep(n + 1); }
                        public int compareTo(PN other) { while (true) { } }
                    }
                    """.replace("CODE", codes.get(i).replaceAll("\\bP\\b", "PN"))
                    .replace("PN", "P" + i));
        }
        return all;
    }

    @AfterAll
    static void close() {
        PLUGIN.close();
    }

    @TestFactory
    @DisplayName("for ever is ended, whatever it catches")
    Stream<DynamicTest> endless() {
        return IntStream.range(0, ENDLESS.size())
                .mapToObj(i -> DynamicTest.dynamicTest(ENDLESS.get(i), () -> ends("test.P" + i)));
    }

    @TestFactory
    @DisplayName("with memory is ended")
    Stream<DynamicTest> greedy() {
        return IntStream.range(0, GREEDY.size())
                .mapToObj(i -> DynamicTest.dynamicTest(GREEDY.get(i), () -> ends("test.P" + (ENDLESS.size() + i))));
    }

    private static void ends(String name) {
        Callable<Object> call = PLUGIN.make(name);

        assertThatThrownBy(call::call).isInstanceOf(BudgetExceeded.class);
        assertThat(Confined.Name.current()).isEqualTo("nobody");
        assertThat(Thread.interrupted()).as("what is left of the interruption").isFalse();
    }

    @Test
    @DisplayName("leaves the thread and the others as they were")
    void others() throws Exception {
        Compiled source = Compiled.empty()
                .source(
                        "test.P",
                        "public class P implements Callable<Object> { public Object call() { while (true) { } } }")
                .source(
                        "test.Q",
                        "public class Q implements Callable<Object> { public Object call() { int s = 0;"
                                + " for (int i = 0; i < 1000; i++) s += i; return s; } }");
        try (Confined plugin = Confined.of(source, LIMITS)) {
            Callable<Object> bad = plugin.make("test.P");
            Callable<Object> good = plugin.make("test.Q");
            Thread stuck = new Thread(() -> {
                try {
                    bad.call();
                } catch (Throwable e) {
                    // As it should.
                }
            });
            stuck.start();
            while (stuck.isAlive()) {
                assertThat(good.call()).isEqualTo(499500);
            }

            assertThat(good.call()).isEqualTo(499500);
            assertThat(plugin.ended).hasSize(1);
            assertThatThrownBy(bad::call)
                    .isInstanceOf(BudgetExceeded.class)
                    .hasMessageStartingWith("A call of plugin [p] ")
                    .hasMessageEndingWith(", and was ended");
            assertThat(good.call()).isEqualTo(499500);
        }
    }

    @Test
    @DisplayName("on a thread that works for all is ended there, and the thread is free of it")
    void onCommonPool() throws Exception {
        Compiled source = Compiled.empty().source("test.P", """
                public class P implements Callable<Object> {
                    public Object call() { return CompletableFuture.supplyAsync(() -> { while (true) { } }); }
                }
                """);
        try (Confined plugin = Confined.of(source, LIMITS)) {
            Callable<CompletableFuture<Object>> call = plugin.make("test.P");
            CompletableFuture<Object> future = call.call();

            assertThatThrownBy(future::get).hasCauseInstanceOf(BudgetExceeded.class);
            assertThat(CompletableFuture.supplyAsync(Confined.Name::current).get())
                    .isEqualTo("nobody");
        }
    }

    @Test
    @DisplayName("by handlers that cover themselves, which no compiler writes, is ended, too")
    void covering() {
        ClassWriter out = new ClassWriter(0);
        out.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "test/H", null, "java/lang/Object", new String[] {
            "java/util/concurrent/Callable"
        });
        MethodVisitor made = out.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        made.visitVarInsn(Opcodes.ALOAD, 0);
        made.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        made.visitInsn(Opcodes.RETURN);
        made.visitMaxs(1, 1);
        MethodVisitor code = out.visitMethod(Opcodes.ACC_PUBLIC, "call", "()Ljava/lang/Object;", null, null);
        Label handler = new Label();
        Label end = new Label();
        code.visitTryCatchBlock(handler, end, handler, "java/lang/Throwable");
        code.visitTypeInsn(Opcodes.NEW, "java/lang/Error");
        code.visitInsn(Opcodes.DUP);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Error", "<init>", "()V", false);
        code.visitLabel(handler);
        code.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/Throwable"});
        code.visitInsn(Opcodes.ATHROW);
        code.visitLabel(end);
        code.visitMaxs(2, 1);
        // The same by a monitor: its handler covers itself, and what it gives back is null.
        MethodVisitor monitor = out.visitMethod(Opcodes.ACC_PUBLIC, "toString", "()Ljava/lang/String;", null, null);
        Label start = new Label();
        Label back = new Label();
        Label last = new Label();
        monitor.visitTryCatchBlock(start, last, back, null);
        monitor.visitInsn(Opcodes.ACONST_NULL);
        monitor.visitVarInsn(Opcodes.ASTORE, 1);
        monitor.visitLabel(start);
        monitor.visitInsn(Opcodes.ACONST_NULL);
        monitor.visitInsn(Opcodes.ATHROW);
        monitor.visitLabel(back);
        monitor.visitFrame(
                Opcodes.F_FULL, 2, new Object[] {"test/H", Opcodes.NULL}, 1, new Object[] {"java/lang/Throwable"});
        monitor.visitVarInsn(Opcodes.ASTORE, 2);
        monitor.visitVarInsn(Opcodes.ALOAD, 1);
        monitor.visitInsn(Opcodes.MONITOREXIT);
        monitor.visitVarInsn(Opcodes.ALOAD, 2);
        monitor.visitInsn(Opcodes.ATHROW);
        monitor.visitLabel(last);
        monitor.visitMaxs(1, 3);
        out.visitEnd();

        try (Confined plugin = Confined.of(Compiled.empty().entry("test/H.class", out.toByteArray()), LIMITS)) {
            Callable<Object> call = plugin.make("test.H");

            assertThatThrownBy(call::call).isInstanceOf(BudgetExceeded.class);
            assertThatThrownBy(call::toString).isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    @DisplayName("inside of another plugin's call ends that one's call alone, if it is the one that is over its budget")
    void nested() {
        Compiled inner = Compiled.empty()
                .source(
                        "test.P",
                        "public class P implements Callable<Object> { public Object call() { while (true) { } } }");
        Compiled outer = Compiled.empty().source("test.O", """
                public class O implements Function<Callable<Object>, Object> {
                    public Object apply(Callable<Object> other) {
                        try { return other.call(); } catch (Throwable t) { return "survived " + t.getClass().getSimpleName(); }
                    }
                }
                """);
        try (Confined one = Confined.of(inner, new Limits(100, 200, 1 << 20, 1 << 20));
                Confined two = Confined.of(outer, new Limits(60_000, 60_000, 1 << 20, 1 << 20))) {
            java.util.function.Function<Object, Object> function = two.make("test.O");

            assertThat(function.apply(one.make("test.P"))).isEqualTo("survived BudgetExceeded");
            assertThat(one.ended).hasSize(1);
            assertThat(two.ended).isEmpty();
        }
    }
}
