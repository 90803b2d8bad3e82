package org.sallyport.hooks.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sallyport.spi.plugin.PluginFaults;

/** Keeps what was reported, as {@code plugin: cause}. */
final class Faults implements PluginFaults {
    final List<String> quarantined = new CopyOnWriteArrayList<>();
    final List<String> reported = new CopyOnWriteArrayList<>();

    @Override
    public void quarantine(String plugin, String cause) {
        quarantined.add(plugin + ": " + cause);
    }

    @Override
    public void report(String plugin, String cause) {
        reported.add(plugin + ": " + cause);
    }
}
