package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.spi.plugin.PluginStatus;

/** Says why a plugin is as it is, one sentence a line. */
record Reasons(Plugins plugins) {
    List<String> of(String name) {
        PluginStatus status = plugins.status(name).orElseThrow(() -> plugins.notFound(name));
        List<String> lines = new ArrayList<>();
        String who = "Plugin [" + status.id() + "]"
                + (status.version().isEmpty() ? "" : " version [" + status.version() + "]")
                + (status.origin().isEmpty() ? "" : " from [" + status.origin() + "]");
        if (status.state().inService()) {
            lines.add(who + " is in service (" + status.state() + ") since " + status.since() + ".");
            if (!status.cause().isEmpty()) {
                lines.add("Not all of it works: " + status.cause() + ".");
            }
        } else {
            lines.add(who + " is not in service (" + status.state() + "): " + status.cause() + ".");
        }
        plugins.find(status.id()).ifPresent(slot -> {
            if (!slot.fault.isEmpty()) {
                lines.add("Its last failure: " + slot.fault + ".");
            }
            if (slot.waits) {
                lines.addAll(Links.of(slot, plugins.all()));
            }
            slot.leaked.forEach(version ->
                    lines.add("Version [" + version + "] was replaced or removed but still holds a thread (LEAKED)."));
        });
        if (!status.next().isEmpty()) {
            lines.add(status.next() + ".");
        }
        return lines;
    }
}
