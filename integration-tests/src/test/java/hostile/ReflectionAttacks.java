package hostile;

import java.beans.EventHandler;
import java.io.File;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows RF. The argument {@code victim} is a file that must stay; {@code library} a native one. */
public final class ReflectionAttacks {
    private ReflectionAttacks() {}

    /** Into the framework. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf01 extends Attack {
        private final BundleContext context;

        /** Gets the framework's context. */
        @Activate
        public Rf01(BundleContext context) {
            this.context = context;
        }

        @Override
        protected void attack(Steps steps) {
            steps.step("setAccessible", () -> {
                for (Field field : context.getClass().getDeclaredFields()) {
                    field.setAccessible(true);
                }
                return context.getClass().getDeclaredFields()[0].getName();
            });
        }
    }

    /** Reflection on reflection. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf02 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("Method.invoke of Method.invoke", () -> {
                Method read = Files.class.getMethod("readString", Path.class);
                Method invoke = Method.class.getMethod("invoke", Object.class, Object[].class);
                return invoke.invoke(read, null, new Object[] {Path.of(steps.text("secret"))});
            });
        }
    }

    /** Memory without bounds. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("allocateInstance", () -> unsafe("allocateInstance", Object.class));
            steps.step("putAddress", () -> {
                Object at = unsafe("allocateMemory", 8L);
                Object unsafe = unsafe();
                unsafe.getClass()
                        .getMethod("putAddress", long.class, long.class)
                        .invoke(unsafe, at, 42L);
                return unsafe.getClass().getMethod("getAddress", long.class).invoke(unsafe, at);
            });
        }

        private static Object unsafe() throws ReflectiveOperationException {
            Class<?> type = ClassLoader.getSystemClassLoader().loadClass("sun.misc.Unsafe");
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return field.get(null);
        }

        private static Object unsafe(String name, Object argument) throws ReflectiveOperationException {
            Object unsafe = unsafe();
            Class<?> type = argument instanceof Class ? Class.class : long.class;
            return unsafe.getClass().getMethod(name, type).invoke(unsafe, argument);
        }
    }

    /** A private look-up. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf04 extends Attack {
        private final BundleContext context;

        /** Gets the framework's context. */
        @Activate
        public Rf04(BundleContext context) {
            this.context = context;
        }

        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "privateLookupIn", () -> MethodHandles.privateLookupIn(context.getClass(), MethodHandles.lookup()));
            steps.step("IMPL_LOOKUP", () -> {
                Class<?> type = ClassLoader.getSystemClassLoader().loadClass("sun.misc.Unsafe");
                Field field = type.getDeclaredField("theUnsafe");
                field.setAccessible(true);
                Object unsafe = field.get(null);
                Field wanted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
                Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, wanted);
                Object offset = type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, wanted);
                return type.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, offset);
            });
        }
    }

    /** A thread on whose stack nobody of the plugin is. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf05 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("delete", () -> {
                File victim = new File(steps.text("victim"));
                Thread thread = new Thread(victim::delete);
                thread.start();
                thread.join();
                return null;
            });
        }
    }

    /** Proxies. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf11 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("own handler", () -> {
                Callable<?> proxy = (Callable<?>) Proxy.newProxyInstance(
                        Rf11.class.getClassLoader(),
                        new Class<?>[] {Callable.class},
                        (self, method, arguments) -> Files.readString(Path.of(steps.text("secret"))));
                return proxy.call();
            });
            steps.step("handler of the JDK", () -> {
                EventHandler.create(Runnable.class, new File(steps.text("victim")), "delete")
                        .run();
                return null;
            });
        }
    }

    /** Native code. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf15 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("load", () -> {
                System.load(steps.text("library"));
                return "loaded";
            });
            steps.step("loadLibrary", () -> {
                System.loadLibrary("prefs");
                return "loaded";
            });
        }
    }

    /** Who called. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Rf23 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step(
                    "StackWalker",
                    () -> StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                            .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                                    .filter(type -> type.getClassLoader() != Rf23.class.getClassLoader())
                                    .filter(type -> type.getClassLoader() != null)
                                    .findFirst()
                                    .map(Class::getName)
                                    .orElse(null)));
            steps.step("getStackTrace", () -> {
                for (StackTraceElement frame : Thread.currentThread().getStackTrace()) {
                    if (frame.getClassName().startsWith("org.sallyport.") && frame.getClassLoaderName() != null) {
                        return Class.forName(frame.getClassName(), false, ClassLoader.getSystemClassLoader());
                    }
                }
                // No frame is of the host's own loader, but the names are there to be seen.
                return Thread.currentThread().getStackTrace()[1].getClassName();
            });
        }
    }
}
