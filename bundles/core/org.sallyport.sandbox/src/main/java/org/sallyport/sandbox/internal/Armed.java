package org.sallyport.sandbox.internal;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.sandbox.internal.budget.Entrance;
import org.sallyport.sandbox.internal.budget.Watchdog;
import org.sallyport.sandbox.woven.Meter;
import org.sallyport.spi.permission.Permissions;
import org.sallyport.spi.sandbox.ThreadDomain;

/** A confined bundle: which classes it may have, and the ends of its meter. Thread-safe. */
final class Armed {
    private final Set<String> digests;
    private final Entrance entrance;
    private final ThreadDomain domain;
    private final Watchdog watchdog;
    private Watchdog.@Nullable Flag flag;
    private boolean gone;

    Armed(Set<String> digests, Entrance entrance, ThreadDomain domain, Watchdog watchdog) {
        this.digests = digests;
        this.entrance = entrance;
        this.domain = domain;
        this.watchdog = watchdog;
    }

    /** The way into it. */
    Entrance entrance() {
        return entrance;
    }

    /** It may do this from now on. */
    void permissions(Permissions now) {
        domain.permissions(now);
    }

    /** Whether a class file is one of those that were made for it. */
    boolean has(byte[] content) {
        return digests.contains(WovenArchive.digest(content));
    }

    static boolean isMeter(String className) {
        return className.equals(Meter.class.getName());
    }

    /**
     * Connects the plugin's own meter, when that was defined and before anybody calls it.
     *
     * @throws IllegalStateException if it is not the meter that was put in; the plugin's code does not run then
     */
    synchronized void arm(Class<?> meter) {
        if (gone) {
            return;
        }
        Supplier<Object> enter = entrance::enter;
        Supplier<Object> leave = entrance::leave;
        Consumer<Object> exit = entrance::exit;
        BiFunction<Object, Throwable, Throwable> failed = entrance::failed;
        Runnable stop = entrance::poll;
        LongConsumer bytes = entrance::bytes;
        try {
            Map<String, Object> ends = Map.of(
                    "onStop",
                    stop,
                    "onLeave",
                    leave,
                    "onExit",
                    exit,
                    "onFailed",
                    failed,
                    "onBytes",
                    bytes,
                    "onEnter",
                    enter);
            Field flagged = meter.getField("stop");
            for (Map.Entry<String, Object> end : ends.entrySet()) {
                meter.getField(end.getKey()).set(null, end.getValue());
            }
            flag = value -> set(flagged, value);
            watchdog.add(flag);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The meter of a confined plugin cannot be connected", e);
        }
    }

    private static void set(Field field, boolean value) {
        try {
            field.setBoolean(null, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("The flag of a confined plugin cannot be set", e);
        }
    }

    synchronized void disarm() {
        gone = true;
        if (flag != null) {
            watchdog.remove(flag);
        }
        domain.close();
    }
}
