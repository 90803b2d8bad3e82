package org.sallyport.hooks.internal;

import java.util.function.LongSupplier;

/**
 * What the dispatcher leaves to its surroundings.
 *
 * @param nanos the clock, as {@link System#nanoTime()}
 * @param faults told of a plugin that must not go on
 */
record Watch(LongSupplier nanos, Faults faults) {
    /** The same as {@link org.sallyport.spi.plugin.PluginFaults}, which may not be there. */
    @FunctionalInterface
    interface Faults {
        void quarantine(String plugin, String cause);
    }

    long now() {
        return nanos.getAsLong();
    }
}
