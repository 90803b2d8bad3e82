package org.sallyport.sandbox.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.sandbox.internal.budget.Entrance;
import org.sallyport.sandbox.internal.budget.Limits;
import org.sallyport.sandbox.internal.budget.ThreadMeters;
import org.sallyport.sandbox.internal.budget.Watchdog;
import org.sallyport.sandbox.internal.verify.ApiList;
import org.sallyport.sandbox.internal.verify.Jdk;
import org.sallyport.sandbox.internal.verify.PluginArchive;
import org.sallyport.sandbox.internal.verify.PluginClasses;
import org.sallyport.sandbox.internal.verify.Verifier;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.ThreadDomain;

/**
 * What confining costs: time of the processor on one thread, the least of many batches, so that a neighbour's load hardly counts.
 * {@code java -cp target/benchmarks.jar org.sallyport.sandbox.internal.SandboxFigures [JAR...]}
 */
public final class SandboxFigures {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int BATCHES = 25;

    private static int sink;

    private SandboxFigures() {}

    public static void main(String[] args) throws Exception {
        for (String jar : args) {
            loading(Path.of(jar));
        }
        calls();
    }

    private static void loading(Path jar) throws Exception {
        byte[] bytes = Files.readAllBytes(jar);
        PluginArchive archive = PluginArchive.read(bytes);
        int classes = PluginClasses.of(archive).all().size();
        Jdk jdk = new Jdk();
        Verifier verifier = new Verifier(ApiList.load(Runtime.version().feature()), jdk);
        double first = nanos(1, 1, () -> verify(verifier, archive));
        double verify = nanos(BATCHES, 1, () -> verify(verifier, archive));
        Judge judge = new Judge();
        double weave = nanos(BATCHES, 1, () -> sink += judge.weave(bytes).bytes().length);
        System.out.printf(
                Locale.ROOT,
                "%-40s %5d classes; us a class: verify %.1f (first time %.1f), read, weave and write %.1f%n",
                jar.getFileName(),
                classes,
                verify / classes / 1_000,
                first / classes / 1_000,
                weave / classes / 1_000);
    }

    private static void verify(Verifier verifier, PluginArchive archive) {
        try {
            sink += verifier.check(archive, PluginClasses.of(archive), java.util.Set.of(), java.util.Set.of())
                    .size();
        } catch (PluginClasses.Unreadable e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void calls() throws Exception {
        Map<String, IntUnaryOperator> plain = Workloads.all();
        Map<String, IntUnaryOperator> woven = woven();
        for (String name : new TreeSet<>(plain.keySet())) {
            int times = name.equals("nothing") ? 1_000_000 : 2_000;
            double before = work(plain.get(name), times);
            double after = work(woven.get(name), times);
            System.out.printf(
                    Locale.ROOT,
                    "%-12s plain %10.1f ns, woven %10.1f ns: %+.0f %%%n",
                    name,
                    before,
                    after,
                    (after / before - 1) * 100);
        }
    }

    private static double work(IntUnaryOperator work, int times) {
        return nanos(BATCHES, times, () -> {
            for (int i = 0; i < times; i++) {
                sink += work.applyAsInt(i);
            }
        });
    }

    private static double nanos(int batches, int times, Runnable batch) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < batches; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            batch.run();
            best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - start) / (double) times);
        }
        return best;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, IntUnaryOperator> woven() throws Exception {
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        String name = Workloads.class.getName();
        try (ZipOutputStream out = new ZipOutputStream(jar);
                InputStream in = Workloads.class.getResourceAsStream("Workloads.class")) {
            out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            out.write("Manifest-Version: 1.0\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry(name.replace('.', '/') + ".class"));
            out.write(in.readAllBytes());
        }
        Map<String, byte[]> classes = new HashMap<>();
        WovenArchive made = new Judge().weave(jar.toByteArray());
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(made.bytes()))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                classes.put(entry.getName(), in.readAllBytes());
            }
        }
        Watchdog watchdog = new Watchdog(new ThreadMeters(), (entrance, why) -> {
            throw new IllegalStateException(why);
        });
        Limits limits = new Limits(600_000, 600_000, Long.MAX_VALUE, Long.MAX_VALUE);
        Armed armed = new Armed(
                made.digests(),
                new Entrance("p", Version.emptyVersion, limits, new NoDomain(), new NoDomain(), watchdog),
                new NoDomain(),
                watchdog);
        return (Map<String, IntUnaryOperator>)
                new Loader(classes, armed).loadClass(name).getMethod("all").invoke(null);
    }

    /** What the guard adds is measured with the guard. */
    private static final class NoDomain implements ThreadDomain {
        @Override
        public @Nullable Object enter() {
            return null;
        }

        @Override
        public void exit(@Nullable Object before) {}

        @Override
        public void permissions(Permissions permissions) {}

        @Override
        public void close() {}
    }

    private static final class Loader extends ClassLoader {
        private static final List<String> OWN = List.of(
                Workloads.class.getName(), "org.sallyport.sandbox.woven.Meter", "org.sallyport.sandbox.woven.Polled");

        private final Map<String, byte[]> classes;
        private final Armed armed;

        Loader(Map<String, byte[]> classes, Armed armed) {
            super(SandboxFigures.class.getClassLoader());
            this.classes = classes;
            this.armed = armed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!OWN.contains(name) || findLoadedClass(name) != null) {
                    return OWN.contains(name) ? findLoadedClass(name) : super.loadClass(name, resolve);
                }
                byte[] content = classes.get(name.replace('.', '/') + ".class");
                Class<?> type = defineClass(name, content, 0, content.length);
                if (Armed.isMeter(name)) {
                    armed.arm(type);
                }
                return type;
            }
        }
    }
}
