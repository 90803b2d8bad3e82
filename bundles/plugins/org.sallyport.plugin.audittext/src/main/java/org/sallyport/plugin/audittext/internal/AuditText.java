package org.sallyport.plugin.audittext.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.sallyport.api.config.Settings;
import org.sallyport.api.plugin.PluginContext;
import org.sallyport.api.plugin.RequiresPermission;
import org.sallyport.api.plugin.SallyportPlugin;
import org.sallyport.api.plugin.StatusText;
import org.sallyport.plugin.auditfile.AuditFiles;
import org.sallyport.plugin.auditfile.AuditLog;
import org.sallyport.plugin.auditfile.Printable;
import org.sallyport.type.auditing.AuditingPlugin;
import org.sallyport.type.auditing.Auditor;

/** Writes what was decided of each message to a file, one line for people a message. */
@SallyportPlugin(
        id = "audit-text",
        name = "Audit: plain text",
        description = "Writes one line for each message, to be read by people",
        author = "Sallyport",
        keywords = {"audit", "log", "text"},
        aliases = "audit_human_readable")
@RequiresPermission(
        type = "file",
        actions = {"read", "write"},
        scope = "${data}",
        reason = "Appends to the audit file, rotates it, and ends a line that a crash left incomplete")
@Component(service = {AuditingPlugin.class, StatusText.class})
@Designate(ocd = AuditText.Config.class)
public final class AuditText implements AuditingPlugin, StatusText {
    /** The settings. */
    @ObjectClassDefinition(name = "Audit: plain text", description = "Writes one line for each message")
    @interface Config {
        @AttributeDefinition(
                name = "Output file",
                description = "Where the lines go; a relative path is meant relative to the plugin's data folder."
                        + " Rotated at 10 MiB, 5 former files are kept")
        String output__file();
    }

    private final AuditFiles files = new AuditFiles();
    private final PluginContext context;

    @Activate
    public AuditText(@Reference PluginContext context) {
        this.context = context;
    }

    @Override
    public Auditor configure(Settings settings) {
        AuditLog log = files.log(AuditFiles.resolve(context.dataFolder(), "/output_file", output(settings)), "");
        return new TextAuditor(log);
    }

    @Override
    public String statusText(Settings settings) {
        return Printable.cut("Plain text to " + Printable.oneLine(output(settings)), 80);
    }

    private static String output(Settings settings) {
        String file = settings.as(Config.class).output__file();
        return file == null ? "" : file;
    }
}
