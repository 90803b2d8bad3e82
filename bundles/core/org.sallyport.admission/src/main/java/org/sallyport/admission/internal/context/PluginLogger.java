package org.sallyport.admission.internal.context;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** A logger named after a plugin that has the plugin's id in the MDC while it writes. */
final class PluginLogger {
    private static final String KEY = "plugin";

    private PluginLogger() {}

    /** Lines a second that everybody has, and at once. */
    static final int RATE = 20;

    static final int BURST = 200;

    private static final Set<String> LINES = Set.of("trace", "debug", "info", "warn", "error");

    static Logger of(String plugin, Rights rights) {
        RateLimit everybody = new RateLimit(RATE, BURST);
        AtomicLong leftOut = new AtomicLong();
        Logger logger = LoggerFactory.getLogger("plugin." + plugin);
        return (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, args) -> {
                    if (method.getReturnType() == LoggingEventBuilder.class) {
                        // One that writes by this logger, and so within the rate.
                        return InvocationHandler.invokeDefault(proxy, method, args);
                    }
                    if (LINES.contains(method.getName())
                            && logger.isEnabledForLevel(
                                    Level.valueOf(method.getName().toUpperCase(Locale.ROOT)))) {
                        if (!rights.allowsLine(everybody)) {
                            leftOut.incrementAndGet();
                            return null;
                        }
                        long missing = leftOut.getAndSet(0);
                        if (missing > 0) {
                            logger.warn("[{}] lines were left out, as it writes more than it may", missing);
                        }
                    }
                    String before = MDC.get(KEY);
                    MDC.put(KEY, plugin);
                    try {
                        return method.invoke(logger, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (before == null) {
                            MDC.remove(KEY);
                        } else {
                            MDC.put(KEY, before);
                        }
                    }
                });
    }
}
