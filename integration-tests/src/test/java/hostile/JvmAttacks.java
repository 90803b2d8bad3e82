package hostile;

import java.io.InputStream;
import java.io.PrintStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TimeZone;
import java.util.function.IntConsumer;
import javax.management.ObjectName;
import org.osgi.service.component.annotations.Component;
import org.sallyport.type.middleware.MiddlewarePlugin;

/** Rows JV. */
public final class JvmAttacks {
    private JvmAttacks() {}

    /** The end. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv01 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("exit", () -> {
                System.exit(7);
                return "ended";
            });
        }
    }

    /** The end by the back door. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv02 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("Method.invoke", () -> {
                Method halt = Runtime.class.getMethod("halt", int.class);
                return halt.invoke(Runtime.getRuntime(), 7);
            });
            steps.step("handle", () -> {
                MethodHandles.publicLookup()
                        .findVirtual(Runtime.class, "halt", MethodType.methodType(void.class, int.class))
                        .invoke(Runtime.getRuntime(), 7);
                return "ended";
            });
            steps.step("on a thread", () -> {
                Method halt = Runtime.class.getMethod("halt", int.class);
                Throwable[] thrown = new Throwable[1];
                Thread thread = new Thread(() -> {
                    try {
                        halt.invoke(Runtime.getRuntime(), 7);
                    } catch (Throwable e) {
                        thrown[0] = e;
                    }
                });
                thread.start();
                thread.join();
                if (thrown[0] != null) {
                    throw thrown[0];
                }
                return "ended";
            });
        }
    }

    /** The end by reference. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv02Reference extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("reference", () -> {
                IntConsumer halt = Runtime.getRuntime()::halt;
                Thread thread = new Thread(() -> halt.accept(7));
                thread.start();
                thread.join();
                return "ended";
            });
        }
    }

    /** Something to be done at the end. What it adds it takes away. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv03 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("addShutdownHook", () -> {
                Thread hook = new Thread(() -> {});
                Runtime.getRuntime().addShutdownHook(hook);
                return "removed: " + Runtime.getRuntime().removeShutdownHook(hook);
            });
        }
    }

    /** Streams and handlers for all. What it changes it changes back. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv04 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("setOut", () -> {
                PrintStream before = System.out;
                System.setOut(new PrintStream(before));
                System.setOut(before);
                return "set";
            });
            steps.step("setErr", () -> {
                PrintStream before = System.err;
                System.setErr(new PrintStream(before));
                System.setErr(before);
                return "set";
            });
            steps.step("setIn", () -> {
                InputStream before = System.in;
                System.setIn(InputStream.nullInputStream());
                System.setIn(before);
                return "set";
            });
            steps.step("setDefaultUncaughtExceptionHandler", () -> {
                Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
                Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
                Thread.setDefaultUncaughtExceptionHandler(before);
                return "set";
            });
        }
    }

    /** Defaults for all. What it changes it changes back. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv05 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("Locale", () -> {
                Locale before = Locale.getDefault();
                Locale.setDefault(new Locale("tr", "TR"));
                String now = String.format("%s", Locale.getDefault());
                Locale.setDefault(before);
                return now;
            });
            steps.step("TimeZone", () -> {
                TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
                String now = TimeZone.getDefault().getID();
                TimeZone.setDefault(null);
                return now;
            });
        }
    }

    /** All that is in memory. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv07 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("dumpHeap", () -> {
                String file = steps.text("out") + "-heap.hprof";
                ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                                "dumpHeap",
                                new Object[] {file, true},
                                new String[] {"java.lang.String", "boolean"});
                return Files.size(Path.of(file)) + " bytes";
            });
        }
    }

    /** A provider that others would take. The bundle names it in {@code META-INF/services}. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv11 extends Attack {
        @Override
        protected void attack(Steps steps) {
            steps.step("charset", () -> {
                try {
                    return Charset.forName("x-attack");
                } catch (UnsupportedCharsetException e) {
                    return null;
                }
            });
        }
    }

    /** What is thrown at the host: by the argument {@code throw}. */
    @Component(service = MiddlewarePlugin.class)
    public static final class Jv13 extends Attack {
        @Override
        protected void attack(Steps steps) throws Throwable {
            switch (steps.text("throw")) {
                case "ThreadDeath" -> throw new ThreadDeath();
                case "OutOfMemoryError" -> throw new OutOfMemoryError("all gone");
                case "StackOverflowError" -> attack(steps);
                case "mute" -> throw new Mute();
                default -> steps.step("throws nothing", () -> null);
            }
        }

        /** Whoever asks it what it is gets no answer. */
        private static final class Mute extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                while (true) {
                    Thread.onSpinWait();
                }
            }

            @Override
            public String toString() {
                return getMessage();
            }
        }
    }
}
