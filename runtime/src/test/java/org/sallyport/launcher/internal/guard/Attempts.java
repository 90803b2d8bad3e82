package org.sallyport.launcher.internal.guard;

import java.io.File;
import java.io.FileInputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a confined plugin tries. It is loaded by a loader of its own in a JVM of its own; see {@link GuardedJvm}, which says for each
 * of them what it needs.
 */
public final class Attempts {
    private final Path secret;
    private final Path data;
    private final int port;
    private final Object hostObject;
    private final Map<String, Callable<Object>> all = new LinkedHashMap<>();

    public Attempts(Path secret, Path data, int port, Object hostObject) {
        this.secret = secret;
        this.data = data;
        this.port = port;
        this.hostObject = hostObject;
        files();
        networks();
        processes();
        reflection();
        threads();
        properties();
        controls();
    }

    public Map<String, Callable<Object>> all() {
        return all;
    }

    private void files() {
        all.put("stream", () -> {
            try (var in = new FileInputStream(secret.toFile())) {
                return in.read();
            }
        });
        all.put("scanner", () -> new Scanner(secret.toFile()).next());
        all.put("writer", () -> {
            new PrintWriter(data.resolve("new").toString()).close();
            return "";
        });
        all.put("readString", () -> Files.readString(secret));
        all.put("lines", () -> {
            try (Stream<String> lines = Files.lines(secret)) {
                return lines.count();
            }
        });
        all.put("map", () -> {
            try (FileChannel channel = FileChannel.open(secret, StandardOpenOption.READ)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, 4).get(0);
            }
        });
        all.put("asynchronous file", () -> {
            try (var channel = AsynchronousFileChannel.open(secret, StandardOpenOption.READ)) {
                return channel.read(ByteBuffer.allocate(4), 0).get();
            }
        });
        all.put("upgrade", () -> {
            new RandomAccessFile(secret.toFile(), "rw").close();
            return "";
        });
        all.put("upgrade by option", () -> {
            Files.newByteChannel(secret, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    .close();
            return "";
        });
        all.put("url", () -> new URL("file:" + secret).openStream().read());
        all.put("dot-dot", () -> Files.readString(data.resolve("../secret")));
        all.put("dot-dot behind nothing", () -> new FileInputStream(data + "/nothing/../../secret").read());
        all.put("link", () -> Files.readString(data.resolve("link")));
        all.put("dangling link", () -> Files.writeString(data.resolve("dangling"), "x"));
        all.put("make link", () -> Files.createSymbolicLink(data.resolve("made"), secret));
        all.put("hard link", () -> {
            Files.createLink(data.resolve("hard"), secret);
            return "";
        });
        all.put("proc", () -> Files.readAllBytes(Path.of("/proc/self/environ")));
        all.put("exists", () -> secret.toFile().exists());
        all.put("length", () -> secret.toFile().length());
        all.put("time", () -> Files.getLastModifiedTime(secret));
        all.put("walk", () -> {
            try (Stream<Path> paths = Files.walk(secret.getParent())) {
                return paths.count();
            }
        });
        all.put("list", () -> secret.getParent().toFile().list().length);
        all.put("temporary", () -> File.createTempFile("attempt", ".tmp").delete());
        all.put("copy", () -> Files.copy(secret, data.resolve("copied")));
        all.put("move", () -> Files.move(data.resolve("moved"), data.resolve("moved-on")));
        all.put("delete", () -> data.resolve("victim").toFile().delete());
        all.put("delete by path", () -> Files.deleteIfExists(data.resolve("victim")));
        all.put("open folder", () -> {
            try (var folder = Files.newDirectoryStream(data)) {
                ((SecureDirectoryStream<Path>) folder)
                        .newByteChannel(Path.of("link"), Set.of(StandardOpenOption.READ))
                        .close();
                return "";
            }
        });
        all.put("file that lies", () -> {
            String[] says = {data.resolve("own").toString(), secret.toString()};
            int[] times = {0};
            File file = new File(says[0]) {
                @Override
                public String getPath() {
                    return says[Math.min(times[0]++, 1)];
                }
            };
            return new FileInputStream(file).read();
        });
    }

    private void networks() {
        all.put("socket", () -> {
            new Socket("127.0.0.1", port).close();
            return "";
        });
        all.put("channel", () -> {
            SocketChannel.open(new InetSocketAddress("127.0.0.1", port)).close();
            return "";
        });
        all.put("asynchronous channel", () -> {
            try (var channel = AsynchronousSocketChannel.open()) {
                return channel.connect(new InetSocketAddress("127.0.0.1", port)).get();
            }
        });
        all.put(
                "http",
                () -> http().send(request(), HttpResponse.BodyHandlers.ofString())
                        .body());
        all.put(
                "http on a thread of its own",
                () -> http().sendAsync(request(), HttpResponse.BodyHandlers.ofString())
                        .get()
                        .body());
        // Now and then a thread of the client's own, with nobody else on its stack, hands its answer on to the common
        // pool.
        all.put("http again and again", () -> {
            HttpClient client = http();
            for (int i = 0; i < 300; i++) {
                client.sendAsync(request(), HttpResponse.BodyHandlers.ofString())
                        .get();
            }
            return "";
        });
        all.put("false name", () -> {
            InetAddress address = InetAddress.getByAddress("granted.example.org", new byte[] {127, 0, 0, 1});
            new Socket(address, port).close();
            return "";
        });
        all.put("datagram", () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(new byte[1], 1, InetAddress.getByName("127.0.0.1"), port));
                return "";
            }
        });
        all.put("datagram channel", () -> {
            try (DatagramChannel channel = DatagramChannel.open()) {
                return channel.send(ByteBuffer.allocate(1), new InetSocketAddress("127.0.0.1", port));
            }
        });
        all.put("listen", () -> {
            new ServerSocket(0).close();
            return "";
        });
        all.put("http server", () -> {
            com.sun.net.httpserver.HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1)
                    .stop(0);
            return "";
        });
        all.put("resolve", () -> InetAddress.getByName("localhost"));
        all.put("interfaces", () -> NetworkInterface.getNetworkInterfaces().hasMoreElements());
        all.put("proxies", () -> {
            ProxySelector.setDefault(null);
            return "";
        });
    }

    private static HttpClient http() {
        return HttpClient.newHttpClient();
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();
    }

    private void processes() {
        all.put("process", () -> new ProcessBuilder("true").start().waitFor());
        all.put(
                "exec",
                () -> Runtime.getRuntime().exec(new String[] {"/usr/bin/true"}).waitFor());
        all.put(
                "process elsewhere",
                () -> new ProcessBuilder("./true")
                        .directory(new File("/usr/bin"))
                        .start()
                        .waitFor());
        all.put("processes", () -> ProcessHandle.allProcesses().count());
        all.put("exit", () -> {
            System.exit(7);
            return "";
        });
        all.put(
                "halt by reflection",
                () -> Runtime.class.getMethod("halt", int.class).invoke(Runtime.getRuntime(), 7));
        all.put("halt by handle", () -> {
            MethodHandle halt = MethodHandles.publicLookup()
                    .findVirtual(Runtime.class, "halt", MethodType.methodType(void.class, int.class));
            try {
                halt.invoke(Runtime.getRuntime(), 7);
                return "";
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new ExecutionException(e);
            }
        });
        all.put("hook", () -> {
            Thread hook = new Thread(() -> {});
            Runtime.getRuntime().addShutdownHook(hook);
            return Runtime.getRuntime().removeShutdownHook(hook);
        });
        all.put("streams", () -> {
            System.setErr(System.err);
            return "";
        });
        all.put("uncaught", () -> {
            Thread.setDefaultUncaughtExceptionHandler(Thread.getDefaultUncaughtExceptionHandler());
            return "";
        });
        all.put("locale", () -> {
            Locale.setDefault(Locale.getDefault());
            return "";
        });
        all.put("zone", () -> {
            TimeZone.setDefault(TimeZone.getDefault());
            return "";
        });
        all.put("beans", () -> ManagementFactory.getPlatformMBeanServer().getMBeanCount());
    }

    private void reflection() {
        all.put("private field", () -> {
            Field field = hostObject.getClass().getDeclaredField("secret");
            field.setAccessible(true);
            return field.get(hostObject);
        });
        all.put("private field by reflection", () -> {
            Field field = hostObject.getClass().getDeclaredField("secret");
            Method open = Field.class.getMethod("setAccessible", boolean.class);
            Method invoke = Method.class.getMethod("invoke", Object.class, Object[].class);
            return invoke.invoke(open, field, new Object[] {true});
        });
        all.put("unsafe", () -> {
            Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return field.get(null);
        });
        all.put("lookup", () -> MethodHandles.privateLookupIn(hostObject.getClass(), MethodHandles.lookup()));
        all.put(
                "handle proxy",
                () -> MethodHandleProxies.asInterfaceInstance(
                        Runnable.class, MethodHandles.empty(MethodType.methodType(void.class))));
        all.put("event handler", () -> java.beans.EventHandler.create(Runnable.class, secret.toFile(), "delete"));
        all.put("statement", () -> {
            new java.beans.Statement(data.resolve("victim").toFile(), "delete", new Object[0]).execute();
            return "";
        });
        all.put("stack", () -> StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE));
        all.put(
                "host class",
                () -> Class.forName(
                        "org.sallyport.launcher.internal.guard.RuntimeGuard",
                        false,
                        ClassLoader.getSystemClassLoader()));
        all.put(
                "context loader",
                () -> ClassLoader.getSystemClassLoader()
                        .loadClass("org.sallyport.launcher.internal.guard.RuntimeGuard"));
        all.put(
                "control: class of Java",
                () -> ClassLoader.getSystemClassLoader().loadClass("java.util.zip.CRC32C"));
        all.put(
                "control: class of the API",
                () -> ClassLoader.getSystemClassLoader().loadClass("org.sallyport.api.policy.PolicyDecision"));
        all.put("uri", () -> secret.toUri());
        all.put("loader", () -> URLClassLoader.newInstance(new URL[0]));
        all.put("load", () -> {
            try {
                System.load("/nowhere/lib.so");
                return "";
            } catch (UnsatisfiedLinkError e) {
                return "asked for";
            }
        });
    }

    private void threads() {
        all.put("delete on a fresh thread", () -> {
            Thread thread = new Thread(data.resolve("victim").toFile()::delete);
            thread.start();
            thread.join();
            return "";
        });
        all.put(
                "delete on the common pool",
                () -> CompletableFuture.runAsync(data.resolve("victim").toFile()::delete)
                        .get());
        all.put(
                "delete later",
                () -> CompletableFuture.runAsync(
                                data.resolve("victim").toFile()::delete,
                                CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS))
                        .get());
        all.put("common pool", () -> CompletableFuture.supplyAsync(() -> "ran").get());
        all.put(
                "task of the common pool",
                () -> ForkJoinPool.commonPool().submit(() -> "ran").get());
        all.put("fork", () -> ForkJoinTask.adapt(() -> "ran").fork().get());
        all.put(
                "parallel stream",
                () -> IntStream.range(0, 10_000).parallel().map(x -> x + 1).sum());
        all.put("parallel sort", () -> {
            int[] numbers =
                    IntStream.range(0, 100_000).map(x -> x * 7_919 % 100_003).toArray();
            Arrays.parallelSort(numbers);
            return numbers[0];
        });
        // Whoever completes it hands the rest on: nobody of the plugin is on that stack.
        all.put("after a timeout", () -> {
            CompletableFuture<String> first =
                    new CompletableFuture<String>().completeOnTimeout("", 1, TimeUnit.MILLISECONDS);
            return first.thenApplyAsync(x -> "ran").get();
        });
        all.put(
                "after something else",
                () -> CompletableFuture.completedFuture("")
                        .thenCombineAsync(CompletableFuture.completedFuture(""), (x, y) -> "ran")
                        .get());
        all.put(
                "with a delay",
                () -> CompletableFuture.supplyAsync(
                                () -> "ran", CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, Runnable::run))
                        .get());
        all.put("cleaner", Cleaner::create);
        all.put("cleaner on a thread of its own", () -> Cleaner.create(Thread::new));
        all.put(
                "control: futures on its own thread",
                () -> CompletableFuture.completedFuture("")
                        .thenApply(x -> "ran")
                        .get());
        all.put("delete by a cleaner", () -> {
            CountDownLatch ran = new CountDownLatch(1);
            File victim = data.resolve("victim").toFile();
            Cleaner.create().register(new Object(), () -> {
                try {
                    victim.delete();
                } finally {
                    ran.countDown();
                }
            });
            while (!ran.await(10, TimeUnit.MILLISECONDS)) {
                System.gc();
            }
            return "";
        });
        all.put("delete in an executor", () -> {
            ExecutorService executor = Executors.newSingleThreadExecutor();
            try {
                return executor.submit(data.resolve("victim").toFile()::delete).get();
            } finally {
                executor.shutdown();
            }
        });
        all.put("thread", () -> {
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
            return "";
        });
        all.put("third thread", () -> {
            CountDownLatch end = new CountDownLatch(1);
            List<Thread> started = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    Thread thread = new Thread(() -> {
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
                    thread.start();
                    started.add(thread);
                }
                return "";
            } finally {
                end.countDown();
                for (Thread thread : started) {
                    thread.join();
                }
            }
        });
        all.put("virtual thread", () -> {
            Thread thread = (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) () -> {});
            thread.join();
            return "";
        });
        all.put("all stacks", () -> Thread.getAllStackTraces().size());
        all.put("survey", () -> Thread.enumerate(new Thread[9]));
        all.put("context", () -> {
            Thread.currentThread().setContextClassLoader(Attempts.class.getClassLoader());
            return "";
        });
    }

    private void properties() {
        all.put("environment", () -> System.getenv("PATH"));
        all.put("environments", () -> System.getenv().size());
        all.put(
                "environment of a child",
                () -> new ProcessBuilder("true").environment().size());
        all.put("property", () -> System.getProperty("user.home"));
        all.put("property by handle", () -> {
            try {
                return (String) MethodHandles.publicLookup()
                        .findStatic(System.class, "getProperty", MethodType.methodType(String.class, String.class))
                        .invoke("user.home");
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new ExecutionException(e);
            }
        });
        all.put(
                "property by reflection",
                () -> System.class.getMethod("getProperty", String.class).invoke(null, "user.home"));
        all.put(
                "property by reference",
                () -> Stream.of("user.home").map(System::getProperty).findFirst());
        all.put("typed property", () -> Integer.getInteger("attempt.number"));
        all.put("properties", () -> System.getProperties().size());
        all.put("set property", () -> System.setProperty("attempt.set", "1"));
    }

    private record Pair(String left, int right) {}

    private void controls() {
        all.put("control: language", () -> {
            Supplier<String> text = () -> new Pair("a", port).toString() + data.getNameCount();
            return Stream.of(1, 2, 3).map(String::valueOf).toList() + text.get();
        });
        all.put(
                "control: time",
                () -> ZonedDateTime.now(ZoneId.of("Europe/Berlin"))
                        .format(DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL)));
        all.put("control: charset", () -> new String("ä".getBytes(Charset.forName("windows-1252")), "IBM850"));
        all.put("control: digest", () -> MessageDigest.getInstance("SHA-256").digest(new byte[1]).length);
        all.put("control: random", () -> new SecureRandom().nextInt());
        all.put("control: keys", () -> {
            var keys = java.security.KeyPairGenerator.getInstance("EC");
            keys.initialize(256);
            return keys.generateKeyPair();
        });
        all.put(
                "control: regex and format",
                () -> String.format("%tF %s", new java.util.Date(0), "a1".replaceAll("\\d", "b")));
        all.put("control: own private", () -> {
            Field field = Attempts.class.getDeclaredField("port");
            field.setAccessible(true);
            return field.get(this);
        });
        all.put(
                "control: own class by name",
                () -> Class.forName(Attempts.class.getName() + "$Late")
                        .getDeclaredConstructor()
                        .newInstance());
        all.put("control: interrupt", () -> {
            Thread.currentThread().interrupt();
            return Thread.interrupted();
        });
        all.put(
                "control: separators",
                () -> System.getProperty("line.separator") + System.lineSeparator() + File.separator);
    }

    /** Loaded by its name. */
    static final class Late {}
}
