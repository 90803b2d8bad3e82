package org.sallyport.admission.internal;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.plugin.Stage;
import org.sallyport.spi.plugin.PluginStatus;

/** Says why a plugin is as it is, one sentence a line: down to the last missing link, then who could mend it and how. */
record Reasons(Plugins plugins, Intake intake, Backoff tries) {
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
        if (status.stage() == Stage.DEPRECATED) {
            lines.add("This version is deprecated: who chooses by range gets a stable one instead, if there is one.");
        }
        List<String> mends = new ArrayList<>();
        plugins.find(status.id()).ifPresent(slot -> {
            slot.desired()
                    .ifPresent(known -> VersionSettings.sentences(known.version(), known.settings())
                            .forEach(line -> lines.add(line + ".")));
            List<String> beside =
                    plugins.beside(slot.id).stream().map(one -> one.id).toList();
            if (!beside.isEmpty()) {
                lines.add("Beside it stand " + beside + ".");
            }
            if (!slot.waiting.isEmpty()) {
                lines.add(slot.waiting);
            }
            if (!slot.fault.isEmpty()) {
                lines.add("Its last failure: " + slot.fault + ".");
            }
            if (slot.waits) {
                lines.addAll(Links.of(slot, plugins.all()));
                mends.addAll(Providers.of(Links.last(slot, plugins.all()), plugins.all(), intake::wires));
            }
            slot.leaked()
                    .forEach(version -> lines.add(
                            "Version [" + version + "] was replaced or removed but still holds a thread (LEAKED)."));
            tries.next(slot.id)
                    .filter(next -> !slot.isServing())
                    .ifPresent(next -> mends.add(
                            "It is tried again by itself in [" + next.in().toSeconds() + "] s, the [" + next.number()
                                    + "] of [" + Backoff.MAX_TRIES + "] times."));
        });
        lines.addAll(mends);
        if (!status.next().isEmpty()) {
            lines.add(status.next() + ".");
        }
        return lines;
    }
}
