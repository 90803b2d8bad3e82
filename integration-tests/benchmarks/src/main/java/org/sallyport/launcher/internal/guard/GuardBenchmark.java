package org.sallyport.launcher.internal.guard;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.sallyport.api.plugin.PluginId;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.ThreadDomain;

/**
 * What the guard costs: {@code bare} is the JDK as it is, {@code host} a thread in the host's domain, {@code plugin} one in the domain
 * of a plugin that was granted what it does, {@code walk} one of which nothing is known. The agent attaches itself.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class GuardBenchmark {
    private static final RuntimeGuard GUARD = new RuntimeGuard(() -> null);

    /** Its frames are those of JMH, some twenty, and these. */
    private static final int DEPTH = 20;

    @Param({"bare", "host", "plugin", "walk"})
    public String thread;

    private final File file = new File("/etc/hostname");
    private ThreadDomain domain;
    private Object before;

    @Setup(Level.Trial)
    public void arm() {
        if (thread.equals("bare")) {
            return;
        }
        if (!GUARD.arm().armed()) {
            throw new IllegalStateException(GUARD.status().cause());
        }
        domain = thread.equals("host")
                ? GUARD.host()
                : GUARD.confine(new ClassLoader(null) {}, new PluginId("measured"), ALL);
    }

    @Setup(Level.Iteration)
    public void enter() {
        if (domain != null && !thread.equals("walk")) {
            before = domain.enter();
        }
    }

    @TearDown(Level.Iteration)
    public void exit() {
        if (domain != null && !thread.equals("walk")) {
            domain.exit(before);
        }
    }

    @Benchmark
    public boolean exists() {
        return file.exists();
    }

    @Benchmark
    public boolean existsBelowFrames() {
        return deeper(DEPTH);
    }

    private boolean deeper(int frames) {
        return frames == 0 ? file.exists() : deeper(frames - 1);
    }

    @Benchmark
    public int openAndClose() throws IOException {
        try (FileInputStream in = new FileInputStream(file)) {
            return in.hashCode();
        }
    }

    @Benchmark
    public String property() {
        return System.getProperty("user.home");
    }

    @Benchmark
    public int unguarded() {
        Map<String, Integer> map = new HashMap<>();
        for (int i = 0; i < 64; i++) {
            map.merge("key" + (i & 15), i, Integer::sum);
        }
        return map.size();
    }

    @Benchmark
    public Object enterAndExit() {
        if (domain == null) {
            return null;
        }
        Object outer = domain.enter();
        domain.exit(outer);
        return outer;
    }

    private static final Permissions ALL = new Permissions() {
        @Override
        public boolean permits(String type, String action, String target) {
            return true;
        }

        @Override
        public List<Permission> list() {
            return List.of();
        }
    };
}
