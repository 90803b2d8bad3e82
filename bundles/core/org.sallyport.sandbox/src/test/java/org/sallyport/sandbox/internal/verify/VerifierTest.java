package org.sallyport.sandbox.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.sallyport.sandbox.internal.Compiled;
import org.sallyport.sandbox.internal.verify.Verifier.Finding;

@DisplayName("The verifier")
class VerifierTest {
    private static final Verifier VERIFIER =
            new Verifier(ApiList.load(Runtime.version().feature()), new Jdk());

    static List<Finding> check(byte[] jar, String... granted) {
        try {
            PluginArchive archive = PluginArchive.read(jar);
            return VERIFIER.check(archive, PluginClasses.of(archive), Set.of(granted), Set.of());
        } catch (PluginClasses.Unreadable e) {
            throw new AssertionError(e);
        }
    }

    private static final List<String> REFUSED = List.of(
            "System.exit(0);",
            "Runtime.getRuntime().halt(1);",
            "Runtime.getRuntime().addShutdownHook(null);",
            "System.setOut(null);",
            "System.out.println(1);",
            "Thread.setDefaultUncaughtExceptionHandler(null);",
            "Locale.setDefault(Locale.ROOT);",
            "TimeZone.setDefault(null);",
            "Class.forName(\"x\");",
            "Class.forName(\"x\", true, null);",
            "P.class.getClassLoader();",
            "P.class.getModule();",
            "P.class.getProtectionDomain();",
            "P.class.getDeclaredMethods();",
            "P.class.getDeclaredField(\"x\").setAccessible(true);",
            "String.class.getMethod(\"length\").invoke(\"\");",
            "P.class.getDeclaredConstructor().newInstance();",
            "P.class.getRecordComponents();",
            "MethodHandles.lookup().findStatic(System.class, \"exit\", MethodType.methodType(void.class, int.class));",
            "MethodHandles.privateLookupIn(String.class, MethodHandles.lookup());",
            "MethodHandles.lookup().defineClass(new byte[0]);",
            "MethodHandles.publicLookup();",
            "MethodHandleProxies.asInterfaceInstance(Runnable.class, null);",
            "((MethodHandle) null).invokeExact();",
            "java.lang.reflect.Proxy.newProxyInstance(null, null, null);",
            "new java.beans.Statement(null, \"x\", null).execute();",
            "java.beans.EventHandler.create(Runnable.class, \"\", \"x\");",
            "new URLClassLoader(new URL[0]);",
            "URLClassLoader.newInstance(new URL[0]);",
            "ServiceLoader.load(Runnable.class);",
            "java.util.spi.ToolProvider.findFirst(\"jar\");",
            "javax.tools.ToolProvider.getSystemJavaCompiler();",
            "new ProcessBuilder(\"id\").start();",
            "Runtime.getRuntime().exec(\"id\");",
            "ProcessHandle.allProcesses();",
            "System.load(\"x\");",
            "System.loadLibrary(\"x\");",
            "StackWalker.getInstance();",
            "Thread.currentThread().getContextClassLoader();",
            "Thread.currentThread().getThreadGroup();",
            "Thread.getAllStackTraces();",
            "Thread.currentThread().getStackTrace();",
            "Thread.currentThread().setName(\"x\");",
            "Thread.currentThread().setPriority(1);",
            "new InheritableThreadLocal<String>();",
            "new ObjectInputStream(null).readObject();",
            "new ObjectOutputStream(new ByteArrayOutputStream());",
            "java.lang.management.ManagementFactory.getPlatformMBeanServer();",
            "java.lang.ref.Cleaner.create();",
            "java.util.logging.Logger.getLogger(\"\").setLevel(null);",
            "ResourceBundle.getBundle(\"x\");",
            "Security.addProvider(null);",
            "MessageDigest.getInstance(\"MD5\", (Provider) null);",
            "Security.setProperty(\"a\", \"b\");",
            "AccessController.doPrivileged((PrivilegedAction<Object>) () -> null);",
            "ByteBuffer.allocateDirect(1);",
            "new java.util.zip.Deflater();",
            "new Scanner(\"a\");",
            "javax.xml.parsers.DocumentBuilderFactory.newInstance();",
            "java.sql.DriverManager.getConnection(\"\");",
            "javax.naming.spi.NamingManager.getInitialContext(null);",
            "java.awt.Desktop.getDesktop();",
            "java.lang.ModuleLayer.boot();",
            "org.osgi.framework.FrameworkUtil.getBundle(P.class);",
            "((org.osgi.framework.BundleContext) null).getBundles();",
            "((org.sallyport.spi.admission.PluginAdmin) null).toString();",
            "org.slf4j.LoggerFactory.getILoggerFactory();",
            "org.slf4j.MDC.put(\"plugin\", \"other\");",
            "java.time.zone.ZoneRulesProvider.refresh();",
            "java.time.zone.ZoneRulesProvider.registerProvider(null);",
            "List.of(1).parallelStream();",
            "IntStream.of(1).parallel();",
            "CompletableFuture.supplyAsync(() -> 1);",
            "new ConcurrentHashMap<String, String>().forEach(1L, (k, v) -> {});",
            "Executors.newCachedThreadPool();",
            "new Thread(() -> {}).start();",
            "new Timer();",
            "new ThreadLocal<String>();",
            "ForkJoinPool.commonPool();",
            "System.getenv(\"PATH\");",
            "System.getProperty(\"user.home\");",
            "System.getProperties();",
            "Integer.getInteger(\"x\");",
            "Boolean.getBoolean(\"x\");",
            "System.setProperty(\"a\", \"b\");",
            "new File(\"x\").exists();",
            "new FileInputStream(\"x\");",
            "new FileReader(\"x\");",
            "new PrintWriter(\"x\");",
            "new PrintStream(\"x\");",
            "new Formatter(\"x\");",
            "new RandomAccessFile(\"x\", \"rw\");",
            "java.nio.file.Files.readString(java.nio.file.Path.of(\"x\"));",
            "java.nio.channels.FileChannel.open(null);",
            "java.nio.channels.AsynchronousFileChannel.open(null);",
            "java.nio.file.FileSystems.newFileSystem((URI) null, Map.of());",
            "File.createTempFile(\"a\", \"b\");",
            "new URL(\"file:/etc/passwd\").openStream();",
            "new Socket(\"h\", 1);",
            "InetAddress.getByName(\"h\");",
            "new DatagramSocket();",
            "new ServerSocket(0);",
            "NetworkInterface.getNetworkInterfaces();",
            "ProxySelector.setDefault(null);",
            "URI.create(\"http://h\").toURL();",
            "java.net.http.HttpClient.newHttpClient();",
            "com.sun.net.httpserver.HttpServer.create();",
            "Runnable r = System::gc;",
            "java.util.function.IntConsumer r = System::exit;",
            "Supplier<Thread> r = Thread::new;",
            "Function<String, File> r = File::new;",
            "Object o = System.class.getClassLoader();",
            "Object o = new SimpleTimeZone[0].getClass().getMethods();");

    @TestFactory
    @DisplayName("refuses")
    Stream<DynamicTest> refuses() {
        return each(REFUSED, "public void run() throws Throwable {", "}", found -> {
            assertThat(found).isNotEmpty();
            assertThat(found.get(0).place()).startsWith("its class [test.P");
        });
    }

    private static Stream<DynamicTest> each(
            List<String> codes, String before, String behind, Consumer<List<Finding>> expected, String... headers) {
        List<byte[]> jars =
                Compiled.each(codes.stream().map(code -> before + code + behind).toList(), headers);
        return IntStream.range(0, jars.size())
                .mapToObj(i -> DynamicTest.dynamicTest(codes.get(i), () -> expected.accept(check(jars.get(i)))));
    }

    private static final List<String> REFUSED_CLASSES = List.of(
            "class L extends ClassLoader { Class<?> x(byte[] b) { return defineClass(null, b, 0, b.length); } }",
            "class L extends URLClassLoader { L() { super(new URL[0]); } }",
            "class L extends Thread { }",
            "class L implements java.lang.reflect.InvocationHandler { public Object invoke(Object p,"
                    + " java.lang.reflect.Method m, Object[] a) { return null; } }",
            "class L { protected void finalize() { } }",
            "class L implements Serializable { private Object readResolve() { return this; } }",
            "class L implements Serializable { private void readObject(ObjectInputStream in) { } }",
            "class L extends ThreadLocal<String> { }",
            "class L extends TimerTask { public void run() { } }",
            "class L { native void x(); }",
            "class L extends ResourceBundle.Control { }",
            "class L extends SecurityManager { }",
            "class L extends ForkJoinPool { }",
            "class L extends Authenticator { }",
            "class L implements java.util.spi.ToolProvider { public String name() { return null; } public int run("
                    + "PrintWriter o, PrintWriter e, String... a) { return 0; } }",
            "class L implements org.osgi.framework.BundleActivator { public void start("
                    + "org.osgi.framework.BundleContext c) { } public void stop(org.osgi.framework.BundleContext c) { } }",
            "class L extends AbstractList<String> { public String get(int i) { return null; } public int size() {"
                    + " return 0; } public Stream<String> parallelStream() { return null; } }");

    @TestFactory
    @DisplayName("refuses classes like")
    Stream<DynamicTest> refusesClasses() {
        return each(REFUSED_CLASSES, "static ", "", found -> assertThat(found).isNotEmpty());
    }

    private static final List<String> PASSED = List.of(
            "Runnable r = () -> {}; r.run(); Function<String, Integer> f = String::length; f.apply(\"a\");",
            "record R(int a, String b) {} ; new R(1, \"a\").equals(new R(2, \"b\")); new R(1, \"\").toString();",
            "enum E { A, B { } } ; switch (E.valueOf(\"A\")) { case A -> { } case B -> { } } E.values();",
            "String s = \"a\" + System.nanoTime() + 'c' + 1.5; switch (s) { case \"x\": break; default: }",
            "Object o = 1; if (o instanceof Integer i && i > 0) { o = i + 1; }",
            "var list = new ArrayList<String>(); list.add(\"x\"); for (String s : list) { s.strip(); }",
            "Stream.of(1, 2).map(i -> i * 2).filter(i -> i > 1).sorted(Comparator.reverseOrder()).toList();",
            "Stream.of(\"a\").collect(Collectors.groupingBy(String::length, TreeMap::new, Collectors.counting()));",
            "ZoneId.of(\"Europe/Berlin\"); ZonedDateTime.now().plusDays(1); Instant.now().toString();",
            "java.time.format.DateTimeFormatter.ofPattern(\"yyyy-MM-dd\", Locale.ROOT).format(LocalDate.now());",
            "MessageDigest.getInstance(\"SHA-256\").digest(\"a\".getBytes(StandardCharsets.UTF_8));",
            "new SecureRandom().nextInt(5); UUID.randomUUID(); ThreadLocalRandom.current().nextInt();",
            "javax.crypto.Mac m = javax.crypto.Mac.getInstance(\"HmacSHA256\"); m.init(new"
                    + " javax.crypto.spec.SecretKeySpec(new byte[1], \"HmacSHA256\")); m.doFinal();",
            "Pattern.compile(\"a+\").matcher(\"aaa\").replaceAll(\"b\"); \"a,b\".split(\",\"); \"a\".matches(\"b\");",
            "new BigDecimal(\"1.5\").setScale(1, RoundingMode.HALF_UP).pow(2); BigInteger.TWO.pow(8);",
            "Base64.getEncoder().encodeToString(new byte[3]); HexFormat.of().formatHex(new byte[1]);",
            "CharBuffer.wrap(\"a\"); ByteBuffer.allocate(5).putInt(1).flip(); Charset.forName(\"UTF-8\");",
            "new StringReader(\"a\").read(); new BufferedReader(new StringReader(\"a\")).readLine();",
            "try { throw new IOException(\"x\"); } catch (IOException e) { e.addSuppressed(e.getCause()); }",
            "try (StringWriter w = new StringWriter()) { new PrintWriter(w).printf(\"%d\", 1); }",
            "synchronized (this) { notifyAll(); }",
            "int[][] a = new int[2][3]; a.clone(); long[] b = a[0].length > 1 ? new long[4] : null;",
            "Map<String, Integer> m = new ConcurrentHashMap<>(); m.merge(\"a\", 1, Integer::sum); m.forEach((k, v) -> {});",
            "new AtomicLong().incrementAndGet(); new LongAdder().increment();",
            "java.util.concurrent.locks.ReentrantLock l = new java.util.concurrent.locks.ReentrantLock(); l.lock(); l.unlock();",
            "String.format(\"%s\", 1); \"%d\".formatted(1); NumberFormat.getInstance(Locale.ROOT).format(1);",
            "new SimpleDateFormat(\"yyyy\", Locale.ROOT).format(new Date()); Calendar.getInstance();",
            "Optional.of(1).map(x -> x + 1).orElseThrow(); Objects.requireNonNull(this);",
            "P.class.getSimpleName(); getClass().getName(); P.class.getResourceAsStream(\"x\");",
            "Thread.sleep(1); Thread.currentThread().interrupt(); if (Thread.interrupted()) { return; }",
            "URI.create(\"http://a/b\").getHost(); URLEncoder.encode(\"a\", StandardCharsets.UTF_8);",
            "assert 1 > 0 : \"x\"; StringBuilder b = new StringBuilder(); b.append(1).reverse().length();",
            "VarHandle h = MethodHandles.lookup().findVarHandle(P.class, \"field\", int.class); h.setVolatile(this, 1);"
                    + " h.compareAndSet(this, 1, 2);",
            "Iterator<Integer> it = new Iterator<>() { public boolean hasNext() { return false; } public Integer next()"
                    + " { return null; } }; it.hasNext();",
            "CompletableFuture<String> f = CompletableFuture.completedFuture(\"a\"); f.thenApply(String::length).join();",
            "org.slf4j.LoggerFactory.getLogger(P.class).info(\"a {}\", 1);",
            "org.sallyport.api.document.Document.EMPTY_OBJECT.toString();",
            "new Random(5).ints().limit(3).sum(); new BitSet().set(3); new StringJoiner(\",\").add(\"a\");",
            "EnumMap<java.time.DayOfWeek, String> m = new EnumMap<>(java.time.DayOfWeek.class);",
            "Supplier<List<String>> s = ArrayList::new; IntFunction<int[]> a = int[]::new; s.get(); a.apply(1);",
            "interface X { default int a() { return b(); } private int b() { return 1; } } ; new X() {}.a();",
            "new Exception().getStackTrace(); new IllegalStateException(\"a\", null).toString();");

    @TestFactory
    @DisplayName("lets pass")
    Stream<DynamicTest> passes() {
        return each(
                PASSED,
                "volatile int field; public void run() throws Throwable {",
                "}",
                found -> assertThat(found).isEmpty(),
                "Import-Package",
                "org.slf4j,org.sallyport.api.document,javax.crypto,javax.crypto.spec");
    }

    @Test
    @DisplayName("lets pass what newer compilers write for patterns")
    void patterns() {
        org.junit.jupiter.api.Assumptions.assumeTrue(Runtime.version().feature() >= 21, "needs a compiler of Java 21");
        String body = """
                sealed interface S permits A, B {} record A(int x) implements S {} record B(String y) implements S {}
                enum E { X, Y }
                int run(Object o) { return switch (o) { case A(int x) when x > 1 -> x; case B b -> b.y().length();
                    case String s -> 1; case E e when e == E.X -> 3; case E.Y -> 4; case null, default -> 2; }; }
                int all(S s) { return switch (s) { case A a -> 1; case B b -> 2; }; }
                """;

        assertThat(check(Compiled.of(body).release(21).jar())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file.read | new File(\"x\").exists(); java.nio.file.Files.readString(java.nio.file.Path.of(\"x\"));",
                "file.write | new FileOutputStream(\"x\").close(); new PrintWriter(\"x\"); new File(\"x\");",
                "file.write | java.nio.file.Files.writeString(java.nio.file.Path.of(\"x\"), \"x\");",
                "net.connect | new Socket(\"h\", 1); InetAddress.getByName(\"h\"); new URL(\"http://h\").openStream();"
                        + " java.net.http.HttpClient.newHttpClient();",
                "net.udp | new DatagramSocket().send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(\"h\", 1)));",
                "net.udp | try (var c = java.nio.channels.DatagramChannel.open()) { c.send(ByteBuffer.allocate(1),"
                        + " new InetSocketAddress(\"h\", 1)); } new MulticastSocket(1).leaveGroup(null, null);",
                "net.listen | new ServerSocket(1).accept().getInputStream().read();",
                "net.listen | try (var c = java.nio.channels.ServerSocketChannel.open()) { c.bind(new InetSocketAddress(1));"
                        + " c.accept().read(ByteBuffer.allocate(1)); }",
                "net.connect | try (var c = java.nio.channels.SocketChannel.open()) { c.connect(new InetSocketAddress(\"h\", 1)); }",
                "net.resolve | try { InetAddress.getByName(\"h\"); } catch (UnknownHostException e) { e.getMessage(); }",
                "net.inspect | NetworkInterface.getByName(\"lo\").getInetAddresses(); InetAddress.getLocalHost();",
                "file.write | new Formatter(\"x\").close(); new Formatter(new File(\"x\")).format(\"x\");",
                "thread.create | CompletableFuture.supplyAsync(() -> 1).thenApplyAsync(x -> x).join();",
                "thread.create | new Thread(() -> {}).start(); Executors.newCachedThreadPool().submit(() -> 1); new Timer();",
                "env.read | System.getenv(\"PATH\");",
                "prop.read | System.getProperty(\"a\"); Integer.getInteger(\"x\");",
                "prop.write | System.setProperty(\"a\", \"b\");",
            })
    @DisplayName("opens areas by permissions, and names the one that is missing")
    void permissions(String permission, String code) {
        byte[] jar =
                Compiled.of("public void run() throws Throwable {" + code + "}").jar();

        assertThat(check(jar, permission)).isEmpty();
        assertThat(check(jar))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.opens()).contains(permission))
                .allSatisfy(finding -> assertThat(finding.place()).isEqualTo("its class [test.P.run]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net.listen | new Socket(\"h\", 1);",
                "net.listen | new Socket();",
                "net.listen | java.nio.channels.SocketChannel.open();",
                "net.udp | NetworkInterface.getNetworkInterfaces();",
                "net.inspect | new DatagramSocket();",
                "thread.create | ForkJoinPool.commonPool();",
                "thread.create | new CompletableFuture<String>().orTimeout(1, TimeUnit.SECONDS);",
                "thread.create | CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);",
                "file.read | new Scanner(new File(\"x\"));",
                "prop.read | System.getProperties();",
            })
    @DisplayName("opens nothing more by them")
    void noMore(String permission, String code) {
        byte[] jar =
                Compiled.of("public void run() throws Throwable {" + code + "}").jar();

        assertThat(check(jar, permission)).isNotEmpty();
    }

    @Test
    @DisplayName("sees an inherited member as that of the class which declares it")
    void inherited() {
        byte[] jar = Compiled.empty()
                .source("test.A", "public class A extends URLClassLoader { A() { super(new URL[0]); } }")
                .source("test.B", "public class B extends A { Object x() { return findLoadedClass(\"x\"); } }")
                .source("test.C", "public class C { void x(B b) throws Exception { b.loadClass(\"x\"); } }")
                .jar();

        assertThat(check(jar))
                .extracting(Finding::toString)
                .contains(
                        "its class [test.A.new] uses the class [java.net.URLClassLoader]",
                        "its class [test.A.new] uses [java.net.URLClassLoader.new]",
                        "its class [test.B.x] uses [java.net.URLClassLoader.findLoadedClass]",
                        "its class [test.C.x] uses [java.net.URLClassLoader.loadClass]");
    }

    @Test
    @DisplayName("looks into inner classes, archives on the class path and classes for other releases")
    void everywhere() {
        Map<String, byte[]> bad = Compiled.empty()
                .source("evil.E", "public class E { static class In { void x() { System.exit(1); } } }")
                .classes();
        byte[] inner = bad.get("evil/E$In.class");
        byte[] outer = bad.get("evil/E.class");
        String exit = "its class [evil.E$In.x] uses [java.lang.System.exit]";

        for (String folder : List.of("", "META-INF/versions/25/", "deep/er/")) {
            byte[] jar = Compiled.empty()
                    .entry("evil/E.class", outer)
                    .entry(folder + "evil/E$In.class", inner)
                    .jar();
            assertThat(check(jar)).extracting(Finding::toString).containsExactly(exit);
        }
        assertThat(check(Compiled.empty()
                        .entry("lib/x.jar", Compiled.zip(bad))
                        .header("Bundle-ClassPath", ".,lib/x.jar")
                        .jar()))
                .extracting(Finding::toString)
                .containsExactly(exit.replace(" uses", " in [lib/x.jar] uses"));
    }

    @Test
    @DisplayName("refuses activators, providers for others, classes from outside and of the platform's names")
    void manifest() {
        assertThat(check(Compiled.of("").header("Bundle-Activator", "test.P").jar()))
                .hasSize(1);
        assertThat(check(Compiled.of("")
                        .header("Bundle-ClassPath", "external:/tmp/x.jar")
                        .jar()))
                .hasSize(1);
        assertThat(check(Compiled.of("")
                        .entry("META-INF/services/java.nio.charset.spi.CharsetProvider", new byte[0])
                        .jar()))
                .hasSize(1);
        assertThat(check(Compiled.of("")
                        .entry("META-INF/services/test.P", new byte[0])
                        .jar()))
                .isEmpty();
        assertThat(check(Compiled.empty()
                        .source("org.sallyport.sandbox.woven.Meter", "public class Meter {}")
                        .jar()))
                .isNotEmpty();
        assertThat(check(Compiled.of("void x() { org.sallyport.sandbox.woven.Meter.stop = true; }")
                        .jar()))
                .isNotEmpty();
    }

    @Test
    @DisplayName("refuses what lies in a library that it could be wired to, until that package is granted")
    void otherPlugins() throws Exception {
        byte[] jar = Compiled.of("void x() { org.objectweb.asm.Type.getType(\"I\"); }")
                .header("Import-Package", "org.objectweb.asm")
                .jar();
        PluginArchive archive = PluginArchive.read(jar);

        assertThat(check(jar))
                .allSatisfy(finding -> assertThat(finding.opens()).containsExactly("package.import:org.objectweb.asm"));
        assertThat(VERIFIER.check(archive, PluginClasses.of(archive), Set.of(), Set.of("org.objectweb.asm")))
                .isEmpty();
    }

    @Test
    @DisplayName("refuses a class that claims to be one of another's package, as wires go before what lies inside")
    void shadowed() {
        byte[] jar = Compiled.empty()
                .source("org.slf4j.MDC", "public class MDC { public static void put(String a, String b) { } }")
                .source("test.P", "public class P { void x() { org.slf4j.MDC.put(\"a\", \"b\"); } }")
                .header("Import-Package", "org.slf4j")
                .jar();

        assertThat(check(jar)).extracting(Finding::toString).contains("its class [test.P.x] uses [org.slf4j.MDC.put]");
    }

    @Test
    @DisplayName("reads formats of Java 7 and newer alone")
    void formats() {
        assertThat(check(Compiled.of("")
                        .entry("a/Old.class", hollow(Opcodes.V1_6))
                        .jar()))
                .hasSize(1);
        assertThat(check(Compiled.of("")
                        .entry("a/Old.class", hollow(Opcodes.V1_7))
                        .jar()))
                .isEmpty();
    }

    private static byte[] hollow(int version) {
        ClassWriter out = new ClassWriter(0);
        out.visit(version, Opcodes.ACC_PUBLIC, "a/Old", null, "java/lang/Object", null);
        out.visitEnd();
        return out.toByteArray();
    }

    @Test
    @DisplayName("says at most five things, and how many more there are")
    void bounded() {
        StringBuilder many = new StringBuilder();
        for (String name : List.of(
                "exit",
                "gc",
                "runFinalization",
                "getProperties",
                "console",
                "inheritedChannel",
                "getSecurityManager")) {
            many.append("Object ")
                    .append(name)
                    .append("() throws Exception { ")
                    .append(
                            name.equals("exit")
                                    ? "System.exit(0); return 1;"
                                    : name.equals("gc") || name.startsWith("run")
                                            ? "System." + name + "(); return 1;"
                                            : "return System." + name + "();")
                    .append("}");
        }
        List<Finding> found = check(Compiled.of(many.toString()).jar());

        assertThat(found.size()).isBetween(6, Verifier.MAX_FINDINGS);
        assertThat(Verifier.sentence(found)).contains("; and [" + (found.size() - 5) + "] more");
    }
}
