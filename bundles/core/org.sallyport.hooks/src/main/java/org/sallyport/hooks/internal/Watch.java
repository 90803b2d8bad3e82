package org.sallyport.hooks.internal;

import java.util.function.LongSupplier;
import org.sallyport.spi.plugin.PluginFaults;

/**
 * What the dispatcher leaves to its surroundings.
 *
 * @param nanos the clock, as {@link System#nanoTime()}
 * @param faults told of plugins that fail, and of those that must not go on
 */
record Watch(LongSupplier nanos, PluginFaults faults) {
    long now() {
        return nanos.getAsLong();
    }
}
