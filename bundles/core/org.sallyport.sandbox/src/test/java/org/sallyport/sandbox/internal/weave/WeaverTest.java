package org.sallyport.sandbox.internal.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.JarInputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.sallyport.sandbox.internal.Compiled;
import org.sallyport.sandbox.internal.Confined;

@DisplayName("Woven code")
class WeaverTest {
    /** Each returns something; both sides of the weaver have to agree on it. */
    private static final List<String> CODES = List.of(
            "int s = 0; for (int i = 0; i < 100; i++) { if (i % 3 == 0) continue; s += i; } return s;",
            "int i = 0; do { i++; } while (i < 10); while (true) { if (i++ > 20) break; } return i;",
            "StringBuilder b = new StringBuilder(); for (String x : \"c,a,b\".split(\",\")) b.append(x); return b.toString();",
            "try { Object o = null; o.toString(); return 1; } catch (NullPointerException e) { return 2; } finally { hashCode(); }",
            "int n = 0; for (int i = 0; i < 3; i++) { try { if (i == 1) throw new Exception(); n += 1; } catch (Exception e)"
                    + " { n += 10; } finally { n += 100; } } return n;",
            "synchronized (this) { synchronized (P.class) { return \"locked\"; } }",
            "try { synchronized (this) { throw new IllegalStateException(\"x\"); } } catch (IllegalStateException e) {"
                    + " return e.getMessage() + Thread.holdsLock(this); }",
            "return Stream.iterate(1, i -> i + 1).limit(10).map(i -> i * i).reduce(0, Integer::sum);",
            "List<String> l = new ArrayList<>(List.of(\"b\", \"a\")); l.sort(Comparator.naturalOrder()); return l;",
            "Object o = 5; return o instanceof Integer i && i > 3 ? \"big\" : \"small\";",
            "switch (\"two\") { case \"one\": return 1; case \"two\": return 2; default: return 3; }",
            "long a = 1; double d = 2; for (long x = 0; x < 5; x++) { a *= 2; d /= 3; } return a + \" \" + d;",
            "int[][] a = new int[3][4]; a[1][2] = 5; String[][][] b = new String[2][2][2]; return a[1][2] + b.length;",
            "return new Object() { int x = 4; int twice() { return x * 2; } }.twice();",
            "record R(int a, String b) {} return new R(1, \"x\") + \" \" + new R(1, \"x\").equals(new R(1, \"x\"));",
            "enum E { A { String n() { return \"a\"; } }, B; String n() { return \"b\"; } } return E.A.n() + E.B.n();",
            "return \"aXbXc\".replaceAll(\"X\", \"-\") + \"abc\".matches(\"[a-c]+\") + \"aab\".replaceFirst(\"a\", \"z\")"
                    + " + Arrays.toString(\"a1b22c\".split(\"[0-9]+\")) + Arrays.toString(\"a.b.c\".split(\"\\\\.\", 2));",
            "Matcher m = Pattern.compile(\"(\\\\w+)=(\\\\w+)\").matcher(\"a=b, c=d\"); String r = \"\"; while (m.find()) r +="
                    + " m.group(2) + m.group(1); m.reset(\"e=f\"); m.find(); return r + m.group();",
            "return Pattern.compile(\",\").splitAsStream(\"a,b\").toList() + String.join(\"\", Pattern.compile(\"b\").split(\"abc\"));",
            "return \"ab\".repeat(3) + BigInteger.TWO.pow(10).shiftLeft(2) + new BigDecimal(\"1.25\").setScale(1, RoundingMode.DOWN);",
            "return String.format(\"%5d|%s\", 42, \"x\") + \"%03d\".formatted(7) + String.format(Locale.ROOT, \"%.2f\", 1.5);",
            "Function<Integer, String> f = \"ab\"::repeat; BiFunction<String, Integer, String> g = String::repeat;"
                    + " IntFunction<List<String>> h = ArrayList::new; return f.apply(2) + g.apply(\"c\", 2) + h.apply(5);",
            "return Collections.nCopies(3, \"a\") + \"\" + Arrays.toString(Arrays.copyOf(new int[] {1}, 3));",
            "class A { final String s; A(String s) { this.s = s; } } class B extends A { B(int n) { super(n > 0 ? \"p\" : n == 0"
                    + " ? new String(\"z\") : \"n\"); } } return new B(1).s + new B(0).s + new B(-1).s;",
            "Callable<Integer> c = () -> { int x = 0; for (int i = 0; i < 4; i++) x += i; return x; }; return c.call();",
            "Iterator<Integer> it = new Iterator<>() { int i; public boolean hasNext() { return i < 3; } public Integer next()"
                    + " { return i++; } }; int s = 0; while (it.hasNext()) s += it.next(); return s;",
            "outer: for (int i = 0; ; i++) { for (int j = 0; j < 5; j++) { if (i * j == 6) break outer; } } return \"out\";",
            "Object x = new ArrayList<>(cond() ? new int[1].length : 2); return x.toString();",
            "try { try { throw new Error(\"a\"); } finally { if (cond()) throw new RuntimeException(\"b\"); } } catch (Throwable t)"
                    + " { return t.toString(); }",
            "VarHandle h = MethodHandles.lookup().findVarHandle(P.class, \"field\", int.class); h.setVolatile(this, 3);"
                    + " return h.compareAndSet(this, 3, 4) + \" \" + field;",
            "return new TreeMap<>(Map.of(2, \"b\", 1, \"a\")).toString() + new HashSet<>(16).size() + new StringBuilder(5).length();",
            "int i = 0; for (;;) { try { if (i > 2) return i; i++; } finally { if (i == 1) continue; } }",
            "String s = \"\"; for (var e : new Object[] {1, \"a\", 2L}) { s += e instanceof Long l ? l : e; } return s;",
            "return LocalDate.of(2024, 2, 29).plusYears(1) + \" \" + Duration.ofMinutes(90) + ZoneOffset.UTC;",
            "PriorityQueue<String> q = new PriorityQueue<>(5, Comparator.reverseOrder()); q.add(\"a\"); q.add(\"b\"); return q.peek();",
            "return Stream.of(\"x\").map(StringBuilder::new).map(b -> b.append(\"y\")).findFirst().get().toString();");

    @TestFactory
    @DisplayName("does what it did before")
    Stream<DynamicTest> same() {
        Compiled all = Compiled.empty();
        IntStream.range(0, CODES.size())
                .forEach(i -> all.source(
                        "test.P" + i,
                        "public class P" + i
                                + " implements Callable<Object> { volatile int field; boolean cond() { return field == 0; }"
                                + " public Object call() throws Exception { "
                                + CODES.get(i).replace("P.class", "P" + i + ".class") + " } }"));
        Map<String, byte[]> classes = all.classes();
        ClassLoader plain = new ClassLoader(getClass().getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                byte[] content = classes.get(name.replace('.', '/') + ".class");
                if (content == null) {
                    throw new ClassNotFoundException(name);
                }
                return defineClass(name, content, 0, content.length);
            }
        };
        Confined woven = Confined.of(all);
        return IntStream.range(0, CODES.size())
                .mapToObj(i -> DynamicTest.dynamicTest(CODES.get(i), () -> {
                    Callable<?> expected = (Callable<?>)
                            plain.loadClass("test.P" + i).getConstructor().newInstance();
                    Callable<?> actual = woven.make("test.P" + i);
                    assertThat(actual.call()).hasToString(String.valueOf(expected.call()));
                }));
    }

    @Test
    @DisplayName("passes the verifier of the machine, for each class of whole libraries")
    void libraries() throws Exception {
        List<String> failed = new ArrayList<>();
        int loaded = 0;
        for (Class<?> one : List.of(ClassReader.class, ClassNode.class, org.slf4j.Logger.class, Test.class)) {
            Compiled library = Compiled.empty();
            try (InputStream file = one.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .openStream();
                    JarInputStream in = new JarInputStream(file)) {
                for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    if (entry.getName().endsWith(".class") && !entry.getName().contains("module-info")) {
                        library.entry(entry.getName(), in.readAllBytes());
                    }
                }
            }
            // All that others could call says in whose name it runs.
            try (Confined woven = Confined.of(library.header(
                    "Export-Package",
                    "org.objectweb.asm,org.objectweb.asm.tree,org.slf4j,org.slf4j.helpers,org.slf4j.event"))) {
                for (String name : woven.names()) {
                    try {
                        Class.forName(name, true, woven);
                        loaded++;
                    } catch (VerifyError | ClassFormatError e) {
                        failed.add(name + ": " + e);
                    } catch (LinkageError e) {
                        // What it would need is not there; it would have been verified before that.
                    }
                }
            }
        }

        assertThat(failed).isEmpty();
        assertThat(loaded).isGreaterThan(200);
    }

    @Test
    @DisplayName("says in whose name it runs: lambdas, overriding methods, what is called for a service of the host")
    void names() throws Exception {
        String who = "org.sallyport.sandbox.internal.Confined.WHO.call()";
        Compiled source = Compiled.empty().source("test.P", """
                        public class P implements Callable<Object> {
                            public Object call() throws Exception {
                                List<Object> seen = new ArrayList<>();
                                seen.add(WHO);
                                seen.add(own());
                                Supplier<Object> lambda = () -> { try { return WHO; } catch (Exception e) { return e; } };
                                seen.add(lambda.get());
                                class Host implements org.sallyport.api.plugin.Storage {}
                                return List.of(seen, lambda);
                            }
                            private Object own() throws Exception { return WHO; }
                        }
                        """.replace("WHO", who)
                .replace("class Host implements org.sallyport.api.plugin.Storage {}", ""));
        try (Confined plugin = Confined.of(source)) {
            Callable<List<?>> call = plugin.make("test.P");

            List<?> seen = call.call();

            assertThat(seen.get(0)).hasToString("[plugin, plugin, plugin]");
            assertThat(Confined.Name.current()).isEqualTo("nobody");
            assertThat(((java.util.function.Supplier<?>) seen.get(1)).get()).isEqualTo("plugin");
            assertThat(Confined.Name.current()).isEqualTo("nobody");
        }
    }

    @Test
    @DisplayName("works in the host's name while it calls a service of the host, and in its own again behind it")
    void host() throws Exception {
        Compiled source = Compiled.empty().source("test.P", """
                public class P implements Function<org.slf4j.Logger, Object> {
                    public Object apply(org.slf4j.Logger log) {
                        try {
                            String name = log.getName();
                            Function<String, Boolean> reference = text -> { log.info(text); return true; };
                            Consumer<String> bound = log::warn;
                            bound.accept("x");
                            try { log.error("throws"); } catch (IllegalStateException e) { name += " caught"; }
                            return name + " " + org.sallyport.sandbox.internal.Confined.WHO.call();
                        } catch (Exception e) { return e; }
                    }
                }
                """).header("Import-Package", "org.slf4j");
        List<String> seen = new ArrayList<>();
        org.slf4j.Logger log = (org.slf4j.Logger) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {org.slf4j.Logger.class}, (proxy, method, arguments) -> {
                    seen.add(method.getName() + " " + Confined.Name.current());
                    if (method.getName().equals("error")) {
                        throw new IllegalStateException();
                    }
                    return method.getReturnType() == String.class ? "log" : null;
                });
        try (Confined plugin = Confined.of(source)) {
            java.util.function.Function<Object, Object> function = plugin.make("test.P");

            assertThat(function.apply(log)).isEqualTo("log caught plugin");
            assertThat(seen).containsExactly("getName host", "warn host", "error host");
            assertThat(Confined.Name.current()).isEqualTo("nobody");
        }
    }

    @Test
    @DisplayName("has what it gave away as a reference to a guarded method of Java run in its name, whoever calls it")
    void references() throws Exception {
        Compiled source = Compiled.empty().source("test.P", """
                public class P implements Function<java.io.File, Object> {
                    static class Mine extends java.io.File { Mine(String path) { super(path); } }
                    public Object apply(java.io.File file) {
                        BooleanSupplier bound = file::delete;
                        Function<java.io.File, Long> free = java.io.File::length;
                        Predicate<Mine> inherited = Mine::setReadOnly;
                        Function<String, java.io.File> made = java.io.File::new;
                        return List.of(bound, free, made, inherited);
                    }
                }
                """);
        List<String> seen = new ArrayList<>();
        java.io.File file = new java.io.File("absent") {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean delete() {
                seen.add("delete " + Confined.Name.current());
                return false;
            }

            @Override
            public long length() {
                seen.add("length " + Confined.Name.current());
                throw new IllegalStateException("no length");
            }
        };
        try (Confined plugin = Confined.of(source)) {
            java.util.function.Function<Object, List<?>> function = plugin.make("test.P");
            List<?> given = function.apply(file);

            assertThat(((java.util.function.BooleanSupplier) given.get(0)).getAsBoolean())
                    .isFalse();
            @SuppressWarnings("unchecked")
            var length = (java.util.function.Function<Object, Object>) given.get(1);
            assertThatThrownBy(() -> length.apply(file)).hasMessage("no length");
            @SuppressWarnings("unchecked")
            var made = (java.util.function.Function<Object, Object>) given.get(2);
            assertThat(made.apply("made")).hasToString("made");
            assertThat(seen).containsExactly("delete plugin", "length plugin");
            assertThat(Confined.Name.current()).isEqualTo("nobody");
        }
    }

    @Test
    @DisplayName("lets go of the thread when the stack runs out anywhere")
    void overflow() throws Exception {
        Compiled source = Compiled.empty().source("test.P", """
                public class P implements Callable<Object>, Comparable<P> {
                    public Object call() { return compareTo(this); }
                    public int compareTo(P other) { return 1 + other.compareTo(this); }
                    public String toString() { try { return toString() + "x"; } finally { hashCode(); } }
                }
                """);
        try (Confined plugin = Confined.of(source)) {
            Callable<Object> call = plugin.make("test.P");

            assertThatThrownBy(call::call).isInstanceOf(StackOverflowError.class);
            assertThat(Confined.Name.current()).isEqualTo("nobody");
            assertThatThrownBy(call::toString).isInstanceOf(StackOverflowError.class);
            assertThat(Confined.Name.current()).isEqualTo("nobody");
        }
    }

    @Test
    @DisplayName("has its components' constructors and initialisers run in its name")
    void components() throws Exception {
        Compiled source = Compiled.empty()
                .source(
                        "test.Base",
                        "public abstract class Base { final Object base = Who.who(); static Object init = Who.who();"
                                + " Object activated() { return Who.who(); } }")
                .source(
                        "test.Who",
                        "public class Who { static Object who() { try { return"
                                + " org.sallyport.sandbox.internal.Confined.WHO.call(); } catch (Exception e) { return e; } } }")
                .source(
                        "test.P",
                        "public class P extends Base { final Object mine; public P() { super(); mine = base + \" \" +"
                                + " Who.who() + \" \" + init; if (mine == null) throw new IllegalStateException(); }"
                                + " public Object seen() { return mine + \" \" + activated(); } }")
                .entry(
                        "OSGI-INF/p",
                        "<c><implementation other='>' class='test.&#80;'/></c>".getBytes(StandardCharsets.UTF_16))
                .header("Service-Component", "OSGI-INF/*");
        try (Confined plugin = Confined.of(source)) {
            Object component = plugin.make("test.P");
            Method seen = component.getClass().getMethod("seen");

            assertThat(seen.invoke(component)).isEqualTo("plugin plugin plugin plugin");
            assertThat(Confined.Name.current()).isEqualTo("nobody");
        }
    }

    @Test
    @DisplayName("does not run while nobody holds it")
    void unarmed() {
        try (Confined plugin = Confined.unconnected(Compiled.of("")
                .source(
                        "test.C",
                        "public class C implements Callable<Object> { public Object call() { return 1; } }"))) {
            Callable<Object> call = plugin.make("test.C");

            assertThatThrownBy(call::call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not hold this plugin");
        }
    }
}
