package org.sallyport.admission.internal.context;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A logger named after a plugin that has the plugin's id in the MDC while it writes. */
final class PluginLogger {
    private static final String KEY = "plugin";

    private PluginLogger() {}

    static Logger of(String plugin) {
        Logger logger = LoggerFactory.getLogger("plugin." + plugin);
        return (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, args) -> {
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
