package org.sallyport.sandbox.internal;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sallyport.sandbox.internal.Judge.Opinion;
import org.sallyport.spi.admission.AdmissionGate.Verdict;
import org.sallyport.spi.permission.Permission;
import org.sallyport.spi.permission.PermissionUse;
import org.sallyport.spi.plugin.PluginDescriptor;

/**
 * Says why a plugin may not be confined. What a permission would open is counted as its use without that. The audit has the gate's
 * record, which says the same: one refusal, one record; and another tier may take the plugin, so that none is refused. Thread-safe.
 */
final class Refusals {
    private final Supplier<@Nullable PermissionUse> use;

    Refusals(Supplier<@Nullable PermissionUse> use) {
        this.use = use;
    }

    Verdict refuse(PluginDescriptor plugin, Opinion opinion) {
        String id = plugin.id().value();
        PermissionUse told = use.get();
        if (told != null) {
            for (String permission : opinion.permissions()) {
                int dot = permission.indexOf('.');
                int colon = permission.indexOf(':');
                Permission act = new Permission(
                        permission.substring(0, dot),
                        permission.substring(dot + 1, colon < 0 ? permission.length() : colon),
                        colon < 0 ? "" : permission.substring(colon + 1));
                told.report(plugin.id(), plugin.version(), act, false, PermissionUse.VERIFIER);
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
