package org.sallyport.launcher.internal.guard;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Where the JVM hands over what the guard is made of: as {@code Launcher-Agent-Class} of the executable jar, as {@code
 * -javaagent}, or when it attaches to itself. It does nothing else, so that a start without confined plugins costs no more.
 */
public final class GuardAgent {
    /** Until the guard takes it, which is before the first confined class is loaded. */
    private static @Nullable Instrumentation offered;

    private GuardAgent() {}

    /** As {@code -javaagent}. */
    public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
        offer(instrumentation);
    }

    /** As {@code Launcher-Agent-Class}, or attached. */
    public static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
        offer(instrumentation);
    }

    private static synchronized void offer(Instrumentation instrumentation) {
        offered = instrumentation;
    }

    /** Gives it away; there is none afterwards. */
    static synchronized @Nullable Instrumentation take() {
        Instrumentation taken = offered;
        offered = null;
        return taken;
    }
}
