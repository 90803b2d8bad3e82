package org.sallyport.plugin.auditjsonl.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.RequiresPermission;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.plugin.auditfile.AuditFiles;
import org.sallyport.plugin.auditfile.Printable;
import org.sallyport.type.auditing.AuditingPlugin;
import org.sallyport.type.auditing.Auditor;

/** Writes what was decided of each message to a file, one JSON object a line. */
@SallyportPlugin(
        id = "audit-jsonl",
        name = "Audit: JSON Lines",
        description = "Writes one JSON object a line for each message, with what every plugin decided",
        author = "Sallyport",
        keywords = {"audit", "log", "json"},
        aliases = "audit_jsonl")
@RequiresPermission(
        type = "file",
        actions = {"read", "write"},
        scope = "${data}",
        reason = "Appends to the audit file, rotates it, and ends a line that a crash left incomplete")
@Component(service = {AuditingPlugin.class, StatusText.class})
public final class AuditJsonl implements AuditingPlugin, StatusText {
    private final AuditFiles files = new AuditFiles();
    private final PluginContext context;

    @Activate
    public AuditJsonl(@Reference PluginContext context) {
        this.context = context;
    }

    @Override
    public Auditor configure(Settings settings) {
        JsonlSettings wanted = JsonlSettings.of(settings.document(), context.dataFolder());
        return new JsonlAuditor(new JsonRecord(wanted), files.log(wanted.file(), ""));
    }

    @Override
    public String statusText(Settings settings) {
        JsonlSettings wanted = JsonlSettings.of(settings.document(), context.dataFolder());
        return Printable.cut(
                "JSON Lines" + (wanted.anyBody() ? " with bodies" : "") + " to "
                        + Printable.oneLine(wanted.file().getFileName().toString()),
                80);
    }
}
