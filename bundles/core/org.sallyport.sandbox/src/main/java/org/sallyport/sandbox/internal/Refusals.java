package org.sallyport.sandbox.internal;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.sandbox.internal.Judge.Opinion;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.audit.LifecycleAudit;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * Says why a plugin may not be confined, and records it: what a permission would open as its use without that, all else in the
 * life-cycle audit. Thread-safe.
 */
final class Refusals {
    static final String LAYER = "verifier";

    private final Supplier<@Nullable PermissionUse> use;
    private final Supplier<@Nullable LifecycleAudit> audit;

    Refusals(Supplier<@Nullable PermissionUse> use, Supplier<@Nullable LifecycleAudit> audit) {
        this.use = use;
        this.audit = audit;
    }

    Verdict refuse(PluginDescriptor plugin, Opinion opinion) {
        String id = plugin.id().value();
        PermissionUse told = use.get();
        if (opinion.permissions().isEmpty() || told == null) {
            LifecycleAudit there = audit.get();
            if (there != null) {
                there.record(
                        "sandbox.refused",
                        id,
                        Map.of("version", plugin.version().toString(), "reason", opinion.reason()));
            }
        } else {
            for (String permission : opinion.permissions()) {
                int dot = permission.indexOf('.');
                int colon = permission.indexOf(':');
                Permission act = new Permission(
                        permission.substring(0, dot),
                        permission.substring(dot + 1, colon < 0 ? permission.length() : colon),
                        colon < 0 ? "" : permission.substring(colon + 1));
                told.report(plugin.id(), plugin.version(), act, false, LAYER);
            }
        }
        return Verdict.fail(
                "the verifier refuses it: " + opinion.reason(),
                opinion.permissions().isEmpty()
                        ? "Let it do without, or run in a process of its own, in the tier [worker]"
                        : "If it is to do that, its manifest has to ask for it, and 'permission:grant " + id + " "
                                + String.join(" ", opinion.permissions()) + "' to agree");
    }
}
