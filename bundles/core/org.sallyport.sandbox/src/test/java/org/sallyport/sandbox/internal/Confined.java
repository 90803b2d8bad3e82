package org.sallyport.sandbox.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.sallyport.sandbox.internal.budget.Entrance;
import org.sallyport.sandbox.internal.budget.Limits;
import org.sallyport.sandbox.internal.budget.ThreadMeters;
import org.sallyport.sandbox.internal.budget.Watchdog;
import org.sallyport.sandbox.woven.Meter;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.ThreadDomain;

/** A plugin's classes, woven and loaded as the framework would load them, with a watchdog and a guard that only remembers. */
public final class Confined extends ClassLoader implements AutoCloseable {
    public final List<String> ended = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> classes = new HashMap<>();
    private final Watchdog watchdog = new Watchdog(new ThreadMeters(), (entrance, why) -> ended.add(why));
    private final Armed armed;
    private final boolean connected;

    /** In whose name a thread works, as the guard would know. */
    public static final class Name implements ThreadDomain {
        private static final ThreadLocal<@Nullable Name> CURRENT = new ThreadLocal<>();

        private final String name;

        Name(String name) {
            this.name = name;
        }

        @Override
        public @Nullable Object enter() {
            Name before = CURRENT.get();
            CURRENT.set(this);
            return before;
        }

        @Override
        public void exit(@Nullable Object before) {
            CURRENT.set((Name) before);
        }

        @Override
        public void permissions(Permissions permissions) {}

        @Override
        public void close() {}

        /** Read by the plugins of tests, over {@link #read}. */
        public static String current() {
            Name now = CURRENT.get();
            return now == null ? "nobody" : now.name;
        }
    }

    /** What the plugin calls to know in whose name it works. */
    public static final Callable<String> WHO = Name::current;

    public static Confined of(Compiled source, Limits limits) {
        return new Confined(source.jar(), limits, true);
    }

    public static Confined of(Compiled source) {
        return of(source, Limits.DEFAULT);
    }

    public static Confined unconnected(Compiled source) {
        return new Confined(source.jar(), Limits.DEFAULT, false);
    }

    Confined(byte[] jar, Limits limits, boolean connected) {
        super(Confined.class.getClassLoader());
        this.connected = connected;
        WovenArchive woven = new Judge().weave(jar);
        read(woven.bytes()).forEach((name, content) -> {
            if (name.endsWith(".class")) {
                classes.put(name.substring(0, name.length() - 6).replace('/', '.'), content);
            }
        });
        Name plugin = new Name("plugin");
        armed = new Armed(
                woven.digests(),
                new Entrance("p", Version.emptyVersion, limits, plugin, new Name("host"), watchdog),
                plugin,
                watchdog);
    }

    static Map<String, byte[]> read(byte[] jar) {
        Map<String, byte[]> entries = new HashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    public java.util.Set<String> names() {
        return classes.keySet();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            byte[] content = classes.get(name);
            if (known != null || content == null) {
                return known != null ? known : super.loadClass(name, resolve);
            }
            if (!armed.has(content)) {
                throw new ClassFormatError("not one that was woven");
            }
            Class<?> type = defineClass(name, content, 0, content.length);
            if (connected && name.equals(Meter.class.getName())) {
                armed.arm(type);
            }
            return type;
        }
    }

    @SuppressWarnings("unchecked")
    public <T> T make(String name) {
        try {
            return (T) loadClass(name).getConstructor().newInstance();
        } catch (java.lang.reflect.InvocationTargetException e) {
            throw Confined.<RuntimeException>sneaky(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Override
    public void close() {
        armed.disarm();
        watchdog.close();
    }
}
